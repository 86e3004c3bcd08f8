#: rare
# coding: ascii
print("é")
