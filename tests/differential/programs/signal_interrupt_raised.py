#: rare
import atexit

atexit.register(print, "bye")
raise KeyboardInterrupt("by hand")
