import sys

print(sys.flags)
print(sys.warnoptions, sys._xoptions, sys.gettrace(), sys.getprofile(), sys.getswitchinterval())
print(sys.getrecursionlimit(), sys.getallocatedblocks() > 0, sys.is_finalizing(), sys.getdlopenflags())
print(hasattr(sys, "ps1"), hasattr(sys, "last_value"), sys.exc_info(), sys.float_repr_style)
