#: typed: "größe 😀"
#: typed: "äöü\u007f\u007fx"
text = input("wie? ")
print(text, len(text), ascii(text))
print(ascii(input("größer? ")))
