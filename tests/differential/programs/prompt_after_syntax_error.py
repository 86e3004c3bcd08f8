#: interactive
#: typed: "1 + 1"
#: typed: "__file__"
#: typed: "dir()"
print("never")
def f(:
