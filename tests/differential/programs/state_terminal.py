import os
import shutil
import termios

print(os.get_terminal_size(), shutil.get_terminal_size(), os.ttyname(0), os.ctermid())
modes = termios.tcgetattr(0)
print([hex(part) for part in modes[:4]], modes[4:6], modes[6])
print(os.tcgetpgrp(0) == os.getpgrp(), os.getpgrp() == os.getpid())
