#: rare
import multiprocessing

multiprocessing.set_start_method("spawn")
child = multiprocessing.Process(target=print, args=("x",))
child.start()
child.join()
print(child.exitcode)
