#: rare
exec("y = 1\nprint(y, __name__)")
print(eval("y + 1"))
code = compile("raise ValueError('inner')", "<made>", "exec")
exec(code)
