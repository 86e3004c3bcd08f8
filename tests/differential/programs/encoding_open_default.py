#: rare
import locale

with open("text.txt", "w") as file:
    print(file.encoding, file.errors, file.newline if hasattr(file, "newline") else None)
    file.write("é€\n")
print(open("text.txt", "rb").read(), locale.getpreferredencoding(), locale.getlocale())
