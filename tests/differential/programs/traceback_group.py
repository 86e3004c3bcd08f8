def fail(n):
    raise TypeError(n)


errors = []
for n in range(3):
    try:
        fail(n)
    except TypeError as error:
        errors.append(error)
raise ExceptionGroup("several", [ValueError(1), ExceptionGroup("inner", errors)])
