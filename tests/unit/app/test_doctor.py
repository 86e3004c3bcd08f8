"""The doctor's words and exit codes; what it tries on the machine is tested in tests/system/doctor."""

import json
import sys
from pathlib import Path

import pytest

from pythonide.adapters.sandbox import Trial
from pythonide.adapters.sandbox.capacity import Capacity
from pythonide.app.doctor import Finding, Mark, Report, Subject, as_json, as_text, diagnose, run
from pythonide_sandbox.layers import Tier
from pythonide_sandbox.openings import LACKS, OPEN

GOOD = Finding("Kernel", Mark.GOOD, "6.18", "nothing to do")
LIMITED = Finding("Cgroups", Mark.LIMITED, "none", "Start the service as root.")
MISSING = Finding("Students' Python", Mark.MISSING, "not there", "pythonide setup")


@pytest.mark.parametrize(
    ("findings", "code"), [((GOOD,), 0), ((GOOD, LIMITED), 1), ((GOOD, LIMITED, MISSING), 2), ((MISSING,), 2)]
)
def test_the_worst_finding_makes_the_exit_code(findings: tuple[Finding, ...], code: int) -> None:
    report = Report(Tier.FULL, findings)
    assert report.exit_code == code
    assert json.loads(as_json(report))["exit_code"] == code


def test_remedies_are_said_where_something_is_wrong_and_only_there() -> None:
    text = as_text(Report(Tier.ROOTLESS, (GOOD, LIMITED, MISSING)))
    assert "Start the service as root." in text
    assert "pythonide setup" in text
    assert "nothing to do" not in text


@pytest.mark.parametrize(
    ("tier", "mark"),
    [
        (Tier.FULL, Mark.GOOD),
        (Tier.ROOTLESS, Mark.GOOD),
        (Tier.LANDLOCK, Mark.LIMITED),
        (Tier.NONE, Mark.MISSING),
    ],
)
def test_the_tier_is_what_the_probe_reached(tier: Tier, mark: Mark, tmp_path: Path) -> None:
    """The verdict comes from having run a program, never from the list of parts."""
    tmp_path.chmod(0o700)
    report = diagnose(Subject(tmp_path, Path(sys.executable), "SQLite"), lambda: Trial(tier, "because", ("bare",)))
    first = report.findings[0]
    assert (report.tier, first.mark) == (tier, mark)
    assert any("because" in finding.found for finding in report.findings[:2])
    assert report.exit_code == 2, "without a program that ran to its end nothing is good"


def test_what_tier_c_leaves_open_and_lacks_is_named(tmp_path: Path) -> None:
    report = diagnose(Subject(tmp_path, Path(sys.executable), "SQLite"), lambda: Trial(Tier.LANDLOCK, "", ("bare",)))
    limited = " ".join(finding.found for finding in report.findings if finding.mark is Mark.LIMITED)
    assert [words for words in (*OPEN[Tier.LANDLOCK], *LACKS[Tier.LANDLOCK]) if words not in limited] == []


def test_a_missing_interpreter_is_said_once_with_its_remedy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(Subject(tmp_path, tmp_path / "python", "SQLite"), lambda: Trial(Tier.FULL), json=True)
    said = json.loads(capsys.readouterr().out)
    missing = [finding["name"] for finding in said["findings"] if finding["mark"] == "missing"]
    assert (code, missing) == (2, ["Students' Python"])


def test_capacity_is_said_in_one_sentence_and_as_numbers(tmp_path: Path) -> None:
    capacity = Capacity("scientific", 41.6, 1234, 9.4)
    report = diagnose(
        Subject(tmp_path, tmp_path / "python", "SQLite"), lambda: Trial(Tier.FULL, "", ("bare",)), lambda: capacity
    )
    assert "this machine: about 42 simultaneous starts/s, 1234 live sessions of 9 MB" in as_text(report)
    said = json.loads(as_json(report))["capacity"]
    assert (said["starts_per_second"], said["live_sessions"], said["session_megabytes"]) == (41.6, 1234, 9.4)


def test_a_measurement_that_failed_says_why_and_is_no_number(tmp_path: Path) -> None:
    trial, failed = Trial(Tier.FULL, "", ("bare",)), Capacity(why="the disk is full")
    report = diagnose(Subject(tmp_path, tmp_path / "python", "SQLite"), lambda: trial, lambda: failed)
    finding = report.findings[-1]
    assert (finding.name, finding.mark) == ("Capacity", Mark.LIMITED)
    assert "the disk is full" in finding.found
    assert "about 0" not in as_text(report)


def test_nobody_waits_for_a_measurement_that_was_not_asked_for(tmp_path: Path) -> None:
    report = diagnose(Subject(tmp_path, tmp_path / "python", "SQLite"), lambda: Trial(Tier.FULL))
    assert json.loads(as_json(report))["capacity"] is None
    assert "Capacity" not in as_text(report)
