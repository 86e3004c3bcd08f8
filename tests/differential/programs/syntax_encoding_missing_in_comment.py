#: encoding: latin-1
x = 1
# Müller wrote this
print(x)
