#: rare
#: encoding: utf-8
print("a"); print("b") \
