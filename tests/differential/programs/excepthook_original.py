#: rare
import sys

sys.excepthook = lambda *error: (print("before"), sys.__excepthook__(*error))
1 / 0
