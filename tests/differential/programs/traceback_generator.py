def numbers():
    yield 1
    raise OSError(2, "No such thing", "where.txt")


for n in numbers():
    print(n)
