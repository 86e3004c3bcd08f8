#: rare
#!/usr/bin/env python3
print("with a shebang", __file__)
