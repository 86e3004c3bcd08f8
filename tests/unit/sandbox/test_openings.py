"""What a tier leaves open is written once, and said everywhere in the same words."""

from pathlib import Path

import pytest

from pythonide_sandbox.layers import Tier
from pythonide_sandbox.openings import LACKS, OPEN, missing

SECURITY = Path(__file__).parents[3] / "SECURITY.md"


@pytest.mark.parametrize("tier", Tier)
def test_the_table_in_security_md_says_what_the_code_says(tier: Tier) -> None:
    rows = [line for line in SECURITY.read_text(encoding="utf-8").splitlines() if line.startswith(f"| {tier} |")]
    assert [row.split("|")[3].strip() for row in rows] == [missing(tier)]


def test_a_lower_tier_opens_no_less() -> None:
    assert set(OPEN[Tier.FULL]) < set(OPEN[Tier.ROOTLESS]) < set(OPEN[Tier.LANDLOCK])
    assert set(LACKS) == {Tier.LANDLOCK}
