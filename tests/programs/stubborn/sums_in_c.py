"""One call into C that never looks for signals."""
print("go", flush=True)
sum(range(10**15))
