#: as: folder/inner.py
import os
import sys

import beside

print(__file__, sys.argv, sys.path[0], os.getcwd(), beside.__file__)
#: file: folder/beside.py
