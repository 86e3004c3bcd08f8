#: scientific
import decimal
import gc
import locale
import logging
import signal
import sys
import warnings

print(len(logging.root.handlers), gc.isenabled(), gc.get_threshold(), sys.getrecursionlimit())
print(signal.getsignal(signal.SIGINT), sys.excepthook, sys.displayhook, locale.getlocale())
print(decimal.getcontext().prec, warnings.showwarning.__module__)
for one in warnings.filters[-5:]:
    print(one)
