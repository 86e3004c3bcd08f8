#: rare
#: encoding: cp1252
# vim: set fileencoding=cp1252 :
print("€", ascii("€"))
1 / 0
