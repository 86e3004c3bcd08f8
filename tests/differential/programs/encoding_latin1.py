#: encoding: latin-1
# -*- coding: latin-1 -*-
text = "café ÿ"
print(text, len(text), ascii(text))
raise ValueError("é")
