"""What is shown of measurements: the pictures say what the numbers say, and every page is made from the results."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks import pages
from benchmarks.chart import Bar, chart, spoken
from benchmarks.figures import Report
from benchmarks.plain import BrokenPeerError, Peer
from benchmarks.stop import stubborn_programs

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("benchmarks.figures.RESULTS", tmp_path / "results")
    monkeypatch.setattr(pages, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(pages, "PICTURES", tmp_path)
    monkeypatch.setattr(pages, "PAGE", tmp_path / "speed.md")
    (tmp_path / "results").mkdir()
    (tmp_path / "speed.md").write_text(pages.ROOT.joinpath("docs/explanation/speed.md").read_text())
    return tmp_path


def measured() -> Report:
    report = Report("first-output", "a note")
    plain = report.add("plain python (tier A's interpreter): print, alone", [0.012, 0.014])
    report.add("parked, tier A: print, alone", [0.003], beside=plain)
    report.add("parked, tier A, seen at the page: print, alone", [0.004], beside=plain)
    return report


def test_the_page_and_the_picture_are_made_from_the_results(folder: Path) -> None:
    measured().write()
    pages.write_pages()
    page = (folder / "speed.md").read_text()
    assert "| plain python (tier A's interpreter) | 13 ms (14 ms) |" in page
    assert "| parked, tier A | 3 ms (3 ms)<br>0.231 × |" in page
    assert "load at end" in page
    assert page.count(pages.NOT_YET.strip()) == 4, "the others have not been measured"
    drawn = ElementTree.parse(folder / "speed-alone.svg").getroot()
    assert "parked, tier A 3 ms" in (drawn.findtext(f"{SVG}desc") or "")
    assert not (folder / "speed-60-at-once.svg").exists()
    pages.write_pages()
    assert (folder / "speed.md").read_text() == page, "made anew it is the same"


def test_a_longer_time_is_a_longer_bar() -> None:
    drawn = ElementTree.fromstring(
        chart("t <&>", [("g", [Bar("a", 3, ours=True), Bar("b", 550, ours=False), Bar("c", 9000, ours=False)])])
    )
    bars = [float(bar.attrib["width"]) for bar in drawn.iter(f"{SVG}rect") if bar.attrib["class"] in {"ours", "peer"}]
    assert len(bars) == 3
    assert bars == sorted(bars)
    style = drawn.findtext(f"{SVG}style") or ""
    assert "prefers-color-scheme: dark" in style


@pytest.mark.parametrize(("value", "said"), [(0.25, "0.25 ms"), (3.14, "3.1 ms"), (42.4, "42 ms"), (1234.0, "1.23 s")])
def test_times_are_said_shortly(value: float, said: str) -> None:
    assert spoken(value) == said


def test_the_time_of_an_error_message_is_no_measurement(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("raise SystemExit('broken')\n")
    with pytest.raises(BrokenPeerError, match="broken"):
        Peer(["python3"], tmp_path, {"PATH": "/usr/bin:/bin"}).first_byte("main.py")


def test_every_stubborn_program_says_when_it_has_begun() -> None:
    programs = stubborn_programs()
    assert len(programs) >= 25
    assert all("go" in text for text in programs.values())


def test_the_results_in_the_repository_can_be_read() -> None:
    for path in pages.RESULTS.glob("*.json"):
        assert pages.read(path.stem), path
        assert {"at", "load_at_start"} <= json.loads(path.read_text())["circumstances"].keys()
