"""Files for previews, by name: one of every kind, and such as want to do harm or are broken."""

import base64
import io
import json
import zipfile

from pythonide.app.demo_files import notes_pdf, picture_png

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PLANT = "window.planted = 1"
HTML = f"""<script>{PLANT}</script><img src=x onerror="{PLANT}"><svg onload="{PLANT}"><script>{PLANT}</script></svg>
<a href="javascript:{PLANT}">go</a><iframe srcdoc="<script>parent.planted = 1</script>"></iframe><style>body {{ display: none }}</style>
<form action="/api/logout"><button>out</button></form><base href="https://evil.example/"><img src="https://evil.example/pixel.png">
<p id="app" class="button" style="position: fixed; inset: 0" onclick="{PLANT}">words that stay</p><object data="x"></object><embed src="x">"""


def notebook(*cells: dict[str, object]) -> bytes:
    return json.dumps({"nbformat": 4, "metadata": {}, "cells": cells}).encode()


def code(source: str, *outputs: dict[str, object]) -> dict[str, object]:
    return {"cell_type": "code", "execution_count": 1, "source": source, "outputs": list(outputs)}


def shown(**forms: str) -> dict[str, object]:
    return {
        "output_type": "display_data",
        "data": {name.replace("_", "/", 1).replace("_", "+"): body for name, body in forms.items()},
    }


def workbook() -> bytes:
    def related(*parts: str) -> str:
        rows = (f'<Relationship Id="r{n}" Type="{RELATIONS}/{part.split("=")[0]}" Target="{part.split("=")[1]}"/>' for n, part in enumerate(parts))  # fmt: skip
        return f"<Relationships>{''.join(rows)}</Relationships>"

    def text(place: str, value: str) -> str:
        return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'

    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", related("officeDocument=xl/workbook.xml"))
        archive.writestr("xl/workbook.xml", '<workbook><sheets><sheet name="Marks" r:id="r0"/><sheet name="Notes" r:id="r1"/></sheets></workbook>')  # fmt: skip
        archive.writestr("xl/_rels/workbook.xml.rels", related("worksheet=worksheets/a.xml", "worksheet=worksheets/b.xml"))  # fmt: skip
        rows = f'<row r="1">{text("A1", "name")}{text("B1", "mark")}</row><row r="2">{text("A2", "Ada")}<c r="B2"><v>1.3</v></c></row>'
        archive.writestr("xl/worksheets/a.xml", f"<worksheet><sheetData>{rows}</sheetData></worksheet>")
        archive.writestr("xl/worksheets/b.xml", f'<worksheet><sheetData><row r="1">{text("A1", "second sheet")}</row></sheetData></worksheet>')  # fmt: skip
    return body.getvalue()


def acting_pdf() -> bytes:
    """The demo's page, with JavaScript that wants to run when it is opened."""
    act = f"<< /S /JavaScript /JS (app.alert\\('x'\\); {PLANT}; globalThis.planted = 1) >>".encode()
    return notes_pdf().replace(b"/Type /Catalog", b"/Type /Catalog /OpenAction " + act)


PNG = picture_png()
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="150" onload="{PLANT}"><script>{PLANT}</script><rect width="300" height="150" fill="teal"/><image href="https://evil.example/pixel.png" onerror="{PLANT}"/></svg>'
KINDS: dict[str, tuple[bytes, str]] = {
    "people.csv": (b'name;said;born\n"Lovelace; Ada";"two\nlines ""here""";1815-12-10\nBo;=1+1;2001-05-05\n', "Lovelace; Ada"),
    "tabs.tsv": (b"a\tb\n1\t2\n", "whole number"),
    "marks.xlsx": (workbook(), "1.3"),
    "notes.md": (b"# Circles\n\nThe area is $\\pi r^2$ for $5.\n\n![a plot](plot.png)\n", "Circles"),
    "data.json": (b'{"name": "Ada", "big": 12345678901234567890, "list": [1, [2]], "none": NaN}', "12345678901234567890"),
    "study.ipynb": (
        notebook(
            {"cell_type": "markdown", "source": "# A study"},
            code("%matplotlib inline\nprint(6 * 7)", {"output_type": "stream", "name": "stdout", "text": "42\n"}),
            code("plot()", shown(image_png=base64.b64encode(PNG).decode(), text_plain="a figure")),
            code("df", shown(text_html="<table><tr><th></th><th>a</th></tr><tr><td>0</td><td>1</td></tr></table>")),
        ),
        "A study",
    ),
    "old.txt": ("Größe: 5 €\nétudes\n".encode("cp1252"), "Größe: 5 €"),
    "raw.bin": (bytes(range(256)) * 40, "10 11 12 13 14 15 16 17"),
    "paper.pdf": (notes_pdf(), "Page 1 of 1"),
    "plot.png": (PNG, "96 × 96 pixels"),
    "drawing.svg": (SVG.encode(), "300 × 150 pixels"),
}  # fmt: skip
"""One of every kind, with words that its preview shows."""
HOSTILE: dict[str, tuple[bytes, str]] = {
    "act.svg": (SVG.encode(), "300 × 150 pixels"),
    "act.md": (f"# Safe\n\n{HTML}\n\n[go](javascript:{PLANT}) $\\href{{javascript:{PLANT}}}{{x}}$ ![x](https://evil.example/p.png)".encode(), "Safe"),
    "act.ipynb": (
        notebook(
            {"cell_type": "markdown", "source": f"# Safe\n{HTML}"},
            code("x", shown(text_html=HTML), shown(image_svg_xml=SVG), shown(application_javascript=PLANT)),
            code("y", shown(image_png='" onerror="window.planted = 1')),
        ),
        "words that stay",
    ),
    "act.pdf": (acting_pdf(), "Page 1 of 1"),
    "act.csv": (f'a,b\n=cmd|calc,"<img src=x onerror=""{PLANT}"">"\n'.encode(), "=cmd|calc"),
    "act.json": (json.dumps({"__proto__": {"planted": 1}, HTML: HTML}).encode(), "__proto__"),
    "act.txt.bin": (b"\0" + HTML.encode(), "3c 73 63 72"),
}  # fmt: skip
"""Files that would set `window.planted`, or fetch from elsewhere, if anything of them acted."""
BROKEN: dict[str, tuple[bytes, str]] = {
    "not.png": (b"no picture", "its first bytes are those of no picture"),
    "half.png": (PNG[:20], "its data are broken"),
    "not.pdf": (b"%PDF-1.4 nothing", "it is no PDF document, or a broken one"),
    "not.xlsx": (b"PK\x03\x04 nothing", "it is no Excel workbook"),
    "old.xls": (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "this is an old or protected Excel file"),
    "not.json": (b'{"a": 1,\n "b" 2}', "line 2, column 6: a key in double quotes with a colon"),
    "not.ipynb": (b"{}", "it has no cells"),
    "empty.csv": (b"", "empty.csv is empty"),
    "empty.png": (b"", "empty.png is empty"),
    "empty.json": (b"", "empty.json is empty"),
}
"""Files of which the page says what is wrong."""
