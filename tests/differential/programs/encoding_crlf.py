import runpy

with open("windows.py", "wb") as file:
    file.write(b"text = '''a\r\nb'''\r\nprint(ascii(text))\r\nif 1:\r\n    print('lines')\r\n1 / 0\r\n")
runpy.run_path("windows.py")
