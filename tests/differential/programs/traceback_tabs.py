#: rare
def f():
	if True:
		return undefined_name
f()
