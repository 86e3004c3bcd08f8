"""Which requirements files environments are made from: names of packages, their versions and hashes, and where to look for them."""

from pathlib import Path

MOST_BYTES = 64 * 1024
ALLOWED = ("--index-url", "-i", "--extra-index-url", "--no-index", "--require-hashes", "--prefer-binary", "--pre")
"""Options a line may begin with. The others read further files, or have code of packages run while they are installed."""


class RequirementsError(Exception):
    """The file cannot be used; the message names the line and what to do."""


def read_requirements(file: Path) -> str:
    """Return the text of a requirements file that stands by itself. Raises `RequirementsError`."""
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RequirementsError(f"{file} cannot be read: {error}") from error
    if len(data) > MOST_BYTES:
        raise RequirementsError(
            f"{file} is larger than {MOST_BYTES // 1024} KB, the most a requirements file may have."
        )
    check_requirements(text, str(file))
    return text


def check_requirements(text: str, name: str) -> None:
    """Raise `RequirementsError` unless every line is a package, a comment, or an option that is allowed."""
    if not any(line.strip() and not line.strip().startswith("#") for line in text.splitlines()):
        raise RequirementsError(f"{name} names no package. Write one a line, such as “seaborn>=0.13”.")
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        option = words[0].partition("=")[0] if words else ""
        if option.startswith("-") and option not in ALLOWED and not option.startswith("--hash"):
            raise RequirementsError(
                f"{name}, line {number}: “{option}” is not used here. Write all packages into this one file, a name and a version a line."
            )
