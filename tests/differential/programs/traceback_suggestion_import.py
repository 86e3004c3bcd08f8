#: rare
from collections import namedtupel
