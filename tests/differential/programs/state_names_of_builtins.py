import builtins

print(sorted(vars(builtins)))
print(__builtins__ is builtins, builtins.__spec__.name)
