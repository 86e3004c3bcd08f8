#: rare
import dataclasses
import enum
import typing


@dataclasses.dataclass
class P:
    x: int = 1


class Colour(enum.Enum):
    RED = 1


print(P(), Colour.RED, typing.get_type_hints(P), P.__module__, repr(P), Colour.__module__)
