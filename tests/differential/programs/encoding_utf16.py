#: encoding: utf-16
print("as Windows once saved it")
