#: typed: "abd\u007fc"
#: typed: "abc\u0015xyz"
#: typed: "two words\u0017one"
print(repr(input("backspace? ")))
print(repr(input("kill line? ")))
print(repr(input("kill word? ")))
