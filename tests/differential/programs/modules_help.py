#: rare
#: typed: "q"
import beside

help(beside.f)
help("not a topic at all")
#: file: beside.py
def f(x: int) -> int:
    """Return x."""
