#: encoding: utf-8-sig
print("with a mark", ascii("é"))
1 / 0
