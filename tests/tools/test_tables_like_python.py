"""The page's reader of tables against Python's own: hypothesis makes the files, both read them."""

import csv
import io
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools import node

PREVIEW = Path(__file__).parents[2] / "web/src/features/preview/table"
READER = """
import { createInterface } from 'node:readline'
import { Scanner, unquoted } from './scan.ts'

for await (const line of createInterface({ input: process.stdin })) {
  const { text, separator, cuts } = JSON.parse(line)
  const bytes = new TextEncoder().encode(text)
  const rows = []
  let row = []
  const scanner = new Scanner(
    { separator: separator.charCodeAt(0), quoted: true },
    {
      cell: (start, end) => row.push(unquoted(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(start, end)))),
      row: () => (rows.push(row), (row = [])),
    },
  )
  for (const cut of cuts) scanner.scan(bytes, Math.min(cut, bytes.length))
  scanner.scan(bytes, bytes.length)
  scanner.finish()
  console.log(JSON.stringify(rows))
}
"""
PIECES = st.sampled_from(
    [
        '"',
        '""',
        ",",
        ";",
        "\t",
        "\n",
        "\r\n",
        "\r",
        "a",
        "é",
        "€",
        "😀",
        " ",
        "1.5",
        "2026-01-02",
        '"two\nlines"',
        "=1+1",
        "\\",
    ]
)
TEXTS = st.lists(PIECES, max_size=40).map("".join)
TABLES = st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6), min_size=1, max_size=5), max_size=8)  # fmt: skip


@pytest.fixture(scope="module")
def reader() -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        node.command(["node", "--no-warnings", "--input-type=module", "-e", READER]),
        cwd=PREVIEW,
        env=node.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    yield process
    process.communicate()


def read(reader: "subprocess.Popen[str]", text: str, separator: str, cuts: list[int]) -> list[list[str]]:
    assert reader.stdin is not None
    assert reader.stdout is not None
    reader.stdin.write(json.dumps({"text": text, "separator": separator, "cuts": sorted(cuts)}) + "\n")
    reader.stdin.flush()
    rows: list[list[str]] = json.loads(reader.stdout.readline())
    return rows


def as_python(text: str, separator: str) -> list[list[str]]:
    """What `csv` makes of a file opened with `newline=""`; lines without anything are no rows of a table."""
    return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if row]


CUTS = st.lists(st.integers(0, 200), max_size=4)


@settings(max_examples=1000, deadline=None)
@given(text=TEXTS, separator=st.sampled_from(",;\t"), cuts=CUTS)
def test_any_text_is_read_as_python_reads_it(
    reader: "subprocess.Popen[str]", text: str, separator: str, cuts: list[int]
) -> None:
    assert read(reader, text, separator, cuts) == as_python(text, separator)


@settings(max_examples=300, deadline=None)
@given(rows=TABLES, separator=st.sampled_from(",;\t"), cuts=CUTS)
def test_what_python_writes_comes_back(
    reader: "subprocess.Popen[str]", rows: list[list[str]], separator: str, cuts: list[int]
) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=separator).writerows(rows)
    assert read(reader, written.getvalue(), separator, cuts) == rows
