#: rare
import multiprocessing
import os
import sys

context = multiprocessing.get_context("fork")
for target, argument in ((sys.exit, 3), (sys.exit, "words"), (os._exit, 4), (os.kill, None)):
    child = context.Process(target=target, args=(argument,) if argument else (os.getpid(), 0))
    child.start()
    child.join()
    print(child.exitcode)
