"""The only reader of the environment: every setting, typed, documented, and checked together."""

import os
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from pythonide.features.workspaces.model import UploadRules

PREFIX = "PYTHONIDE_"
BUILD_VARIABLES = frozenset({"PYTHONIDE_SKIP_WEB"})
"""Read by the build alone, and harmless here."""
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
Names = Annotated[tuple[str, ...], NoDecode]


class Settings(BaseSettings):
    """How this server runs. Each field can be set by `PYTHONIDE_<NAME>`; the command line wins."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    """Address to listen on. Anything but loopback needs a certificate, a proxy in front (`public_origin`), or `allow_insecure`."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    """Port to listen on; 0 takes a free one."""
    data: Path = Path(".data")
    """Folder of the database, students' files and the students' Python."""
    python: Path | None = None
    """Interpreter for the students' programs, CPython 3.11 or newer; default: the one that runs the server."""
    database: str | None = None
    """`postgresql://…` or `sqlite:///…`; default: a SQLite file in `data`."""
    demo: bool = False
    """Make a demo class and print a sign-in link for each person."""
    demo_students: Annotated[int, Field(ge=1, le=500)] = 3
    """How many students the demo class has."""
    certificate: Path | None = None
    """Certificate chain (PEM) for TLS; needs `certificate_key`."""
    certificate_key: Path | None = None
    """Private key (PEM) of `certificate`."""
    allowed_hosts: Names = ()
    """Further host names this server answers to, comma-separated; loopback names and `host` always are."""
    public_origin: str | None = None
    """Where people reach the server if a proxy is in front, such as `https://ide.school.example`."""
    trusted_proxies: Names = ()
    """Addresses of proxies whose `X-Forwarded-For` is believed, comma-separated."""
    allow_insecure: bool = False
    """Serve other machines without TLS. Passwords and work then travel readable by anyone on the way."""
    single_user: bool = False
    """Serve the one person at this machine and nobody else; programs run without protection where the machine has none to give."""
    upload_megabytes: Annotated[int, Field(ge=1, le=100_000)] = 256
    """The largest file that may be uploaded, in MB."""
    refused_uploads: Names = ()
    """Endings of files that may not be uploaded, comma-separated, such as `exe,msi`; default: none, for files are never run by the server."""
    page: Path | None = None
    """Folder of the built page; default: the one in the package."""
    service_uid: Annotated[int, Field(ge=1)] = 64321
    """The unprivileged user id to become when started as root."""
    service_gid: Annotated[int, Field(ge=1)] = 64321
    """The group id to become when started as root."""
    log_level: str = "INFO"
    """`DEBUG`, `INFO`, `WARNING` or `ERROR`."""
    log_json: bool = False
    """Write log records as JSON lines instead of readable text."""

    @model_validator(mode="before")
    @classmethod
    def _split(cls, values: dict[str, object]) -> dict[str, object]:
        for name in ("allowed_hosts", "trusted_proxies", "refused_uploads"):
            text = values.get(name)
            if isinstance(text, str):
                values[name] = tuple(part.strip() for part in text.split(",") if part.strip())
        return values

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.certificate is None) != (self.certificate_key is None):
            raise ValueError("`certificate` and `certificate_key` belong together: set both or none.")
        if self.public_origin is not None:
            parts = urlsplit(self.public_origin)
            if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
                raise ValueError("`public_origin` is a scheme and a name only, such as https://ide.school.example.")
        if self.single_user and (not self.loopback or self.public_origin is not None):
            raise ValueError(
                "`--single-user` serves the person at this machine only: leave out `host` and `public_origin`, or serve a class without it."
            )
        if not self.loopback and not self.secure and not self.allow_insecure:
            raise ValueError(
                f"{self.host} can be reached from other machines, and there is no TLS. Set `certificate` and `certificate_key`, or "
                "`public_origin` with https if a proxy is in front; `--allow-insecure` serves in the clear, which exposes every password."
            )
        return self

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host in LOOPBACK

    @property
    def secure(self) -> bool:
        """Whether browsers come by https."""
        return self.certificate is not None or (self.public_origin or "").startswith("https://")

    @property
    def hosts(self) -> frozenset[str]:
        """Every host name this server answers to, without ports."""
        wildcard = self.host in ("0.0.0.0", "::")  # noqa: S104  # compared, not bound
        return LOOPBACK | set(self.allowed_hosts) | (frozenset[str]() if wildcard else frozenset({self.host}))

    @property
    def uploads(self) -> UploadRules:
        """What may be uploaded."""
        endings = frozenset(ending.strip().lstrip(".").casefold() for ending in self.refused_uploads)
        return UploadRules(self.upload_megabytes * 1024 * 1024, endings)

    @property
    def database_url(self) -> str | None:
        """The database that was named; `None` means the embedded one."""
        return self.database

    def origin(self, port: int) -> str:
        """Return the address people use, for links."""
        if self.public_origin is not None:
            return self.public_origin.rstrip("/")
        host = "localhost" if self.loopback else self.host
        return f"{'https' if self.certificate else 'http'}://{host}:{port}"


def download_variables() -> dict[str, str]:
    """Return what says how packages are downloaded, and nothing else: code of packages may see it."""
    kept = {"PATH", "LANG", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"}
    return {name: text for name, text in os.environ.items() if name.upper() in kept or name.startswith("UV_")}


def unknown_variables() -> tuple[str, ...]:
    """Return environment variables that look like settings and are none: a mistyped one must not be passed over."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | BUILD_VARIABLES
    return tuple(sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known))
