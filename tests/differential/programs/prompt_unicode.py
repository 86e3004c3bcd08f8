#: rare
#: interactive
#: typed: "größe = '€ 😀'"
#: typed: "größe, len(größe)"
#: typed: "print(größe)"
