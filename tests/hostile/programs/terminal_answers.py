"""Asks the terminal questions whose answers would be typed in for it: nothing on our side may answer."""
import os, select, sys, termios, tty
from attempt import allowed
before = termios.tcgetattr(0)
tty.setcbreak(0)
for name, question in (("device", b"\x1b[c"), ("second device", b"\x1b[>c"), ("cursor", b"\x1b[6n"), ("title", b"\x1b[21t"), ("icon", b"\x1b[20t"), ("size", b"\x1b[18t"), ("clipboard", b"\x1b]52;c;?\x07"), ("colour", b"\x1b]10;?\x07"), ("settings", b"\x1bP$qm\x1b\\"), ("capabilities", b"\x1bP+q544e\x1b\\"), ("checksum", b"\x1b[1;1;1;1;1;1*y"), ("answerback", b"\x05"), ("link", b"\x1b]8;;file:///etc/passwd\x07x\x1b]8;;\x07"), ("file", b"\x1b]1337;File=inline=1:AAAA\x07")):
    os.write(1, question)
    allowed(name, lambda: select.select([0], [], [], 0.02)[0] or None)
termios.tcsetattr(0, termios.TCSANOW, before)
