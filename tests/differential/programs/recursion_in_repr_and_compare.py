#: rare
nested = []
for _ in range(100_000):
    nested = [nested]
try:
    repr(nested)
except RecursionError as error:
    print(error)
try:
    nested == [nested]
except RecursionError as error:
    print(error)
own = []
own.append(own)
print(own)
