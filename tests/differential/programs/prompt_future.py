#: interactive
#: typed: "from __future__ import annotations"
#: typed: "def f(x: Undefined): pass"
#: typed: ""
#: typed: "f.__annotations__"
