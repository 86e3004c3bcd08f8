#: rare
#: interactive
#: typed: "import os; os.getpid() == os.getsid(0)"
#: typed: "os.system('echo out')"
#: typed: "import subprocess; subprocess.run(['true'])"
