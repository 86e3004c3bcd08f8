#: rare
#: typed: "x"
#: typed: ""
class Prompt:
    def __str__(self):
        return "from an object? "


print(repr(input(Prompt())) if input("line\nbreak? ") else "")
