import os

with open("out.txt", "w") as file:
    file.write("line\n")
os.makedirs("folder/inner")
os.rename("out.txt", "folder/inner/moved.txt")
print(open("folder/inner/moved.txt").read(), os.stat("folder/inner/moved.txt").st_mode, os.listdir("folder"))
open("missing.txt")
