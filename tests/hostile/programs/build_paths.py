"""What the interpreter was built with: sysconfig's variables, the run path in its files."""
import sys, sysconfig
from attempt import allowed
print("CONFIG", sysconfig.get_config_vars())
allowed("done", lambda: None)
