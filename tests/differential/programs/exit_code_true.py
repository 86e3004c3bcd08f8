#: rare
import sys

sys.exit(True)
