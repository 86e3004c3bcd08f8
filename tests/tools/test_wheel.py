"""The built wheel carries everything, and installs and starts without Node, from wheel and from sdist."""

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).with_name("uv")
pytestmark = pytest.mark.long


def call(*command: str | Path, cwd: Path = ROOT, **environment: str) -> str:
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An sdist from the checkout, and the wheel made from that sdist."""
    target = tmp_path_factory.mktemp("dist")
    call(UV, "build", "--quiet", "--out-dir", target)
    return target


@pytest.fixture(scope="module")
def names(distributions: Path) -> list[str]:
    (wheel,) = distributions.glob("*.whl")
    return zipfile.ZipFile(wheel).namelist()


def test_the_page_is_in_it(names: list[str]) -> None:
    assert "pythonide/web/index.html" in names
    assert not [name for name in names if name.endswith(".map")]


def test_every_asset_has_compressed_twins(names: list[str]) -> None:
    assets = [name for name in names if name.startswith("pythonide/web/") and name.endswith((".js", ".css", ".html"))]
    assert len(assets) > 3
    assert not [name for name in assets if f"{name}.br" not in names or f"{name}.gz" not in names]


@pytest.mark.parametrize(
    "part",
    ["pythonide/persistence/migrations/versions/", "pythonide_sandbox/", "pythonide_client/"],
)
def test_the_rest_is_in_it(names: list[str], part: str) -> None:
    assert [name for name in names if name.startswith(part)]


def test_every_file_of_the_sources_is_in_it(names: list[str]) -> None:
    tracked = call("git", "ls-files", "src").splitlines()
    assert not [path for path in tracked if path.removeprefix("src/") not in names]


def test_nothing_else_is_in_it(names: list[str]) -> None:
    roots = {name.partition("/")[0] for name in names}
    assert {root for root in roots if not root.endswith(".dist-info")} == {
        "pythonide",
        "pythonide_sandbox",
        "pythonide_client",
    }


@pytest.mark.parametrize("kind", ["*.whl", "*.tar.gz"])
def test_it_installs_without_node(distributions: Path, tmp_path: Path, kind: str) -> None:
    (distribution,) = distributions.glob(kind)
    venv.create(tmp_path / "env", with_pip=False)
    python = tmp_path / "env" / "bin" / "python"
    empty = tmp_path / "path"
    empty.mkdir()
    for program in ("git", "sh", "env"):
        (empty / program).symlink_to(shutil.which(program) or "/bin/false")
    call(UV, "pip", "install", "--quiet", "--python", python, distribution, cwd=tmp_path, PATH=str(empty))
    installed = call(UV, "pip", "list", "--python", python, cwd=tmp_path)
    assert "nodejs" not in installed
    assert "serve" in call(tmp_path / "env" / "bin" / "pythonide", "--help", cwd=tmp_path, PATH=str(empty))


def test_the_page_can_be_left_out(tmp_path: Path) -> None:
    call(UV, "build", "--quiet", "--wheel", "--out-dir", tmp_path, PYTHONIDE_SKIP_WEB="1")
    (wheel,) = tmp_path.glob("*.whl")
    assert not [name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("pythonide/web/")]
