import broken_helper
#: file: broken_helper.py
def inner():
    raise LookupError("in the module")


inner()
