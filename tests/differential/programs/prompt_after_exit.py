#: interactive
#: typed: "x"
import sys

x = 5
sys.exit(3)
