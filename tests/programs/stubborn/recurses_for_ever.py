"""Recurses, and recurses again where it was stopped."""
def deep():
    try:
        deep()
    except BaseException:
        deep()
print("go", flush=True)
while True:
    try:
        deep()
    except BaseException:
        pass
