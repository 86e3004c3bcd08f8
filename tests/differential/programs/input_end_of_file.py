#: typed: "\u0004"
try:
    input("end? ")
except EOFError as error:
    print("caught", repr(error))
