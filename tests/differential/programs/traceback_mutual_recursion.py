#: rare
def f(n):
    return g(n)


def g(n):
    if n > 50:
        raise ValueError(n)
    return f(n + 1)


f(0)
