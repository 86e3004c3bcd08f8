"""The doctor's words and exit codes; what it tries on the machine is tested in tests/system/doctor."""

import json
import sys
from pathlib import Path

import pytest

from pythonide.adapters.sandbox import Trial
from pythonide.app.doctor import Finding, Mark, Report, Subject, as_json, as_text, diagnose, run
from pythonide_sandbox.layers import Tier

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


def test_a_missing_interpreter_is_said_once_with_its_remedy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(Subject(tmp_path, tmp_path / "python", "SQLite"), lambda: Trial(Tier.FULL), json=True)
    said = json.loads(capsys.readouterr().out)
    missing = [finding["name"] for finding in said["findings"] if finding["mark"] == "missing"]
    assert (code, missing) == (2, ["Students' Python"])
