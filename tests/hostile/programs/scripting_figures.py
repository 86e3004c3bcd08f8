"""Figures that are none, or that would unpack to gigabytes, and words that are HTML: sent as figures are, past all that draws them."""
import struct, sys, zlib
send = sys.modules["pythonide_sandbox.runner"].send_plot
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
def png(width, height):
    rows = zlib.compress(bytes(4 * (1 + 3 * 4)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(2)</script></svg>"
for body in (SVG, b"<!doctype html><script>alert(3)</script>", b"%PDF-1.7", b"GIF89a" + bytes(99), b"\x89PNG\r\n\x1a\n" + SVG,
             png(2**31 - 1, 2**31 - 1), png(10_000, 10_000), png(0, 4), png(4, 2**32 - 1)):
    send({"type": "plot", "alternative": "harm"}, body)
send({"type": "plot", "alternative": "<script>alert(4)</script>" * 100, "width": 2**40, "height": "<b>", "number": -1, "run": "another"}, png(4, 4))
print("SENT", flush=True)
