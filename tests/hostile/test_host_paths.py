"""Row 10 of the failure modes: whatever a program prints of itself, no host path, no user's name, no secret."""

import ast
import re
import sys

from pythonide.domain.ids import WorkspaceId
from pythonide_sandbox.layers import VARIABLES, Tier
from tests.hostile.ground import Ground

LIBRARY = f"/opt/python/lib/python{sys.version_info.major}.{sys.version_info.minor}/json"


def as_at_other_tiers(text: str, ground: Ground, workspace: WorkspaceId) -> str:
    """Put the fixed places of other tiers for the few real ones that tier C shows: what is left of the host is a leak."""
    if ground.tier is not Tier.LANDLOCK:
        return text
    runs = f"{re.escape(str(ground.data))}/runs/[0-9]+"
    for real, place in (
        (re.escape(str(ground.folder(workspace))), "/workspace"),
        (f"{runs}/python", "/opt/python"),
        (f"{runs}/env", "/opt/env"),
        (f"{runs}/code", "/opt/pythonide"),
        (f"{runs}/[0-9]+/home", "/home/student"),
        (f"{runs}/[0-9]+/tmp", "/tmp"),
        (f"{runs}/home", "/home/student"),
    ):
        text = re.sub(real, place, text)
    return text


async def test_a_program_sees_only_the_places_of_its_sandbox(ground: Ground) -> None:
    workspace = ground.new_workspace()
    seen = await ground.run("host_paths", workspace=workspace)
    text = as_at_other_tiers(seen.text, ground, workspace)
    lines = text.splitlines()
    found = {kind: [line for line in lines if line.startswith(kind + " ")] for kind in ("FILE", "PATH", "ENV", "PROC")}
    assert found["FILE"] == ["FILE /workspace/host_paths.py /workspace/host_paths.py CWD /workspace"]
    assert found["PATH"][0].startswith("PATH ['/workspace', '/opt/python/lib/")
    variables, home = found["ENV"][0].removeprefix("ENV ").rpartition(" ")[::2]
    own = {"TMPDIR": "/tmp"} if ground.tier is Tier.LANDLOCK else {}
    assert (ast.literal_eval(variables), home) == (VARIABLES | own, "/home/student")
    assert len(found["PROC"]) > 20
    assert all("Permission denied" in line or "No such file" in line for line in found["PROC"]), (
        "of /proc no file opens"
    )
    assert 'File "/workspace/host_paths.py", line' in text
    assert "ValueError: seen in a traceback" in text
    assert [what for what, word in ground.markers().items() if word in text] == []
    assert str(ground.data) not in text


async def test_a_traceback_names_only_the_workspace(ground: Ground) -> None:
    """As the student sees it, when nobody catches the exception, from a file in a folder with a name in any script."""
    workspace = ground.new_workspace()
    seen = await ground.run("crash_deep", workspace=workspace)
    text = as_at_other_tiers(seen.text, ground, workspace)
    places = [line.split('"')[1] for line in text.splitlines() if line.strip().startswith('File "')]
    assert places
    assert {place.rpartition("/")[0] for place in places if not place.startswith("<")} <= {
        "/workspace",
        "/workspace/Übung 体",
        LIBRARY,
    }
    assert [what for what, word in ground.markers().items() if word in seen.text] == []
    assert seen.end is not None
    assert seen.end.exit_code == 1
