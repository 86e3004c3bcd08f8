"""The demo class's material that is made rather than written: a table, a picture, a page of PDF."""

import math
import struct
import zlib
from datetime import date, timedelta

TOWNS = {"Ashby": 11.0, "Birchwater": 9.5, "Corran": 7.0, "Dunmere": 13.5, "Eastley": 10.0}
"""Invented towns and their mean temperature in degrees Celsius."""
FIRST_DAY = date(2021, 1, 1)
DAYS = 1200
_SIDE = 96


def weather_csv() -> bytes:
    """Return 6,000 rows of daily weather, the same at every start."""
    lines = ["date,town,temperature,rain_mm"]
    for number, (town, mean) in enumerate(TOWNS.items()):
        for day in range(DAYS):
            season = -8.0 * math.cos(2 * math.pi * (day % 365) / 365)
            noise = ((day * 7919 + number * 104729) % 1000) / 1000
            rain = max(0.0, 14 * (((day * 6007 + number * 1299709) % 997) / 997) - 8)
            temperature = mean + season + 5 * (noise - 0.5)
            lines.append(f"{FIRST_DAY + timedelta(days=day)},{town},{temperature:.1f},{rain:.1f}")
    return "\n".join(lines).encode() + b"\n"


def picture_png() -> bytes:
    """Return a small picture: a coloured square."""
    rows = b"".join(b"\0" + bytes(value for x in range(_SIDE) for value in (27 + x, 94 + y, 140)) for y in range(_SIDE))
    size = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", size), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def notes_pdf() -> bytes:
    """Return one page that says how a program is run."""
    text = b"BT /F1 20 Tf 72 760 Td (Running a program) Tj /F1 12 Tf 0 -32 Td (Press Run, or F5. Answer in the console.) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    pdf, offsets = b"%PDF-1.4\n", list[int]()
    for number, body in enumerate(objects, 1):
        offsets.append(len(pdf))
        pdf += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    start = len(pdf)
    return pdf + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        count, table, count, start,
    )  # fmt: skip
