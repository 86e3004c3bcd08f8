import os
import platform

print(os.getuid() == os.geteuid(), os.getgroups(), platform.node(), platform.system(), platform.python_implementation())
print(os.cpu_count(), len(os.sched_getaffinity(0)), os.access("/", os.W_OK))
