#: rare
import os
import resource

resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
print("before")
import sys
sys.stdout.flush()
os.abort()
