"""Bytes that are no text, a line without end, and half a letter at the end."""
import os
def out(data):
    while data:
        data = data[os.write(1, data):]
out(bytes(range(256)) * 64)
out(b"x" * (1 << 20))
out(b"\xf0\x9f\x98\xf0\x9f" * 1000)
out(b"\r\nEND \xe2\x82")
