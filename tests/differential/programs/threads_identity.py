import threading

main = threading.main_thread()
print(main.name, main.ident == threading.get_ident(), main.native_id == threading.get_native_id(), main.daemon)
print(threading.enumerate() == [main], threading.stack_size())
import os
print(os.getpid() == main.native_id, len(os.listdir("/proc/self/task")))
