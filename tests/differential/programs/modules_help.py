#: rare
import os

os.environ["PAGER"] = "cat"
import beside

help(beside.f)
help("not a topic at all")
#: file: beside.py
def f(x: int) -> int:
    """Return x."""
