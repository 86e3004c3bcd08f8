#: rare
from . import sibling
