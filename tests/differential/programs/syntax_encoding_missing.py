#: encoding: latin-1
print("é")
