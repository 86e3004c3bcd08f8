#: rare
#: interactive
#: typed: "import threading"
#: typed: "t = threading.Thread(target=print, args=('in a thread',)); t.start(); t.join()"
#: typed: "threading.current_thread() is threading.main_thread()"
