"""What the server says of its isolation when it starts."""

import pytest
from structlog.testing import capture_logs

from pythonide.app.serving import announce, warn_of_openings
from pythonide_sandbox.layers import Tier
from pythonide_sandbox.openings import missing


@pytest.mark.parametrize("tier", [Tier.FULL, Tier.ROOTLESS, Tier.LANDLOCK])
def test_tier_c_is_never_silent(tier: Tier, capsys: pytest.CaptureFixture[str]) -> None:
    with capture_logs() as log:
        warn_of_openings(tier)
    announce("http://here", tier, [], as_json=False)
    warned = [entry["missing"] for entry in log if entry["log_level"] == "warning"]
    said = missing(tier) in capsys.readouterr().out
    assert (warned, said) == (([missing(tier)], True) if tier is Tier.LANDLOCK else ([], False))
