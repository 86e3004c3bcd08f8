import sys
import threading

print(sys.excepthook, sys.displayhook, sys.unraisablehook, sys.breakpointhook)
print(sys.excepthook is sys.__excepthook__, threading.excepthook is threading.__excepthook__)
print(sys.get_asyncgen_hooks(), sys.get_coroutine_origin_tracking_depth(), sys.get_int_max_str_digits())
