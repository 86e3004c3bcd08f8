import signal
import time


def ring(number, frame):
    print("rang", number, frame.f_code.co_name)
    raise TimeoutError("too late")


signal.signal(signal.SIGALRM, ring)
signal.setitimer(signal.ITIMER_REAL, 0.05)
try:
    time.sleep(30)
except TimeoutError as error:
    print(error)
signal.signal(signal.SIGALRM, signal.SIG_DFL)
print("now", flush=True)
signal.raise_signal(signal.SIGALRM)
