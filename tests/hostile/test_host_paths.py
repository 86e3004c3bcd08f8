"""Row 10 of the failure modes: whatever a program prints of itself, no host path, no user's name, no secret."""

import ast
import sys

from pythonide_sandbox.layers import VARIABLES
from tests.hostile.ground import Ground

LIBRARY = f"/opt/python/lib/python{sys.version_info.major}.{sys.version_info.minor}/json"


async def test_a_program_sees_only_the_places_of_its_sandbox(ground: Ground) -> None:
    seen = await ground.run("host_paths", workspace=ground.new_workspace())
    lines = seen.text.splitlines()
    found = {kind: [line for line in lines if line.startswith(kind + " ")] for kind in ("FILE", "PATH", "ENV", "PROC")}
    assert found["FILE"] == ["FILE /workspace/host_paths.py /workspace/host_paths.py CWD /workspace"]
    assert found["PATH"][0].startswith("PATH ['/workspace', '/opt/python/lib/")
    variables, home = found["ENV"][0].removeprefix("ENV ").rpartition(" ")[::2]
    assert (ast.literal_eval(variables), home) == (VARIABLES, "/home/student")
    assert len(found["PROC"]) > 20
    assert all("Permission denied" in line or "No such file" in line for line in found["PROC"]), (
        "of /proc no file opens"
    )
    assert 'File "/workspace/host_paths.py", line' in seen.text
    assert "ValueError: seen in a traceback" in seen.text
    assert [what for what, word in ground.markers().items() if word in seen.text] == []


async def test_a_traceback_names_only_the_workspace(ground: Ground) -> None:
    """As the student sees it, when nobody catches the exception, from a file in a folder with a name in any script."""
    workspace = ground.new_workspace()
    seen = await ground.run("crash_deep", workspace=workspace)
    places = [line.split('"')[1] for line in seen.text.splitlines() if line.strip().startswith('File "')]
    assert places
    assert {place.rpartition("/")[0] for place in places if not place.startswith("<")} <= {
        "/workspace",
        "/workspace/Übung 体",
        LIBRARY,
    }
    assert [what for what, word in ground.markers().items() if word in seen.text] == []
    assert seen.end is not None
    assert seen.end.exit_code == 1
