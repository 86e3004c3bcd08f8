import os
import subprocess

print(sorted(int(name) for name in os.listdir("/proc/self/fd"))[:-1])
print(subprocess.run(["ls", "/proc/self/fd"], capture_output=True, text=True, close_fds=False).stdout.split())
print(os.open("/dev/null", os.O_RDONLY))
