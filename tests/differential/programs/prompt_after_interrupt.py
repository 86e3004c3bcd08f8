#: interactive
#: typed: "\u0003"
#: typed: "x + 1"
#: typed: "exit()"
x = 1
print("stop me? ", end="", flush=True)
while True:
    pass
