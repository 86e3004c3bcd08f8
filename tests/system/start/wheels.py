"""A package index on loopback with packages of our own: what is downloaded, built and refused does not need the network."""

import hashlib
import io
import tarfile
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from typing_extensions import override

BACKEND = """
import base64, json, os, pathlib, zipfile

def build_wheel(directory, config_settings=None, metadata_directory=None):
    seen = {}
    seen["uid"] = os.geteuid()
    for place in SECRETS:
        try:
            seen[place] = str(os.listdir(place)) if os.path.isdir(place) else open(place).read()
        except OSError as error:
            seen[place] = type(error).__name__
    seen["variables"] = sorted(os.environ)
    if os.fork() == 0:
        os.setsid()
        os.closerange(0, 100)  # uv waits for whoever holds its pipe
        import time
        time.sleep(600)
    name = "built-1-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(directory, name), "w") as wheel:
        wheel.writestr("built.py", "seen = " + repr(seen))
        wheel.writestr("built-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: built\\nVersion: 1\\n")
        wheel.writestr("built-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("built-1.dist-info/RECORD", "")
    return name
"""


class Quiet(SimpleHTTPRequestHandler):
    @override
    def log_message(self, format: str, *args: object) -> None:
        return


class Index:
    """Packages by name, as pip and uv look for them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def wheel(self, name: str, version: str, files: Mapping[str, str]) -> None:
        """Add a wheel with these files."""
        with zipfile.ZipFile(self._place(name) / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
            for path, text in files.items():
                wheel.writestr(path, text)
            info = f"{name}-{version}.dist-info"
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
            tags = "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            wheel.writestr(f"{info}/WHEEL", tags)
            wheel.writestr(f"{info}/RECORD", "")
        self._list(name)

    def source(self, secrets: list[str]) -> None:
        """Add a package `built` that has no wheel: building it looks at `secrets`, and leaves a process running."""
        project = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        project += '[project]\nname = "built"\nversion = "1"\n'
        files = {
            "pyproject.toml": project,
            "backend.py": f"SECRETS = {secrets!r}\n{BACKEND}",
            "PKG-INFO": "Metadata-Version: 2.1\nName: built\nVersion: 1\n",
        }
        with tarfile.open(self._place("built") / "built-1.tar.gz", "w:gz") as archive:
            for path, text in files.items():
                entry = tarfile.TarInfo(f"built-1/{path}")
                entry.size = len(text.encode())
                archive.addfile(entry, io.BytesIO(text.encode()))
        self._list("built")

    def _place(self, name: str) -> Path:
        folder = self.folder / "simple" / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _list(self, name: str) -> None:
        files = [path for path in self._place(name).iterdir() if path.name != "index.html"]
        digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
        links = [f'<a href="{name}#sha256={digest}">{name}</a>' for name, digest in digests.items()]
        (self._place(name) / "index.html").write_text("<html><body>" + "".join(links) + "</body></html>")


@contextmanager
def serving_index(folder: Path) -> Iterator[tuple[Index, dict[str, str]]]:
    """Serve an index; with it come the variables that make uv use it and nothing else."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}/simple"
        try:
            yield Index(folder), {"UV_DEFAULT_INDEX": address, "NO_PROXY": "127.0.0.1", "UV_NO_CONFIG": "1"}
        finally:
            server.shutdown()
            thread.join()
