#: interactive
#: pressed: "\u0003"
#: typed: "import time, threading"
#: typed: "t = threading.Timer(0.3, lambda: print('stop me? ', end='', flush=True)); t.start(); time.sleep(60)"
#: typed: "\u0003"
#: pressed: "def f():"
#: pressed: "\u0003"
#: pressed: "1"
