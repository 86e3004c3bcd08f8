#: rare
import os
import signal

print(signal.getsignal(signal.SIGCHLD))
child = os.fork()
if child == 0:
    os._exit(3)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
try:
    os.wait()
except ChildProcessError as error:
    print(error)
