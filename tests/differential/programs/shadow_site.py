#: rare
print("on")
#: file: sitecustomize.py
print("planted")
#: file: usercustomize.py
print("planted")
