#: rare
#: interactive
print(__name__, __file__, __spec__, __cached__, __doc__, __package__)
print(type(__loader__).__module__, type(__loader__).__name__, __loader__.name, __loader__.path)
print(list(globals()))
