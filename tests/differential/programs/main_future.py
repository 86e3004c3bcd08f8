from __future__ import annotations

def f(x: Undefined) -> Unknown: ...

print(f.__annotations__)
