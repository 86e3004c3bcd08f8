import signal

for number in sorted(signal.valid_signals()):
    handler = signal.getsignal(number)
    if handler != signal.SIG_DFL:
        print(number, handler)
print(signal.pthread_sigmask(signal.SIG_BLOCK, []), signal.getitimer(signal.ITIMER_REAL))
print(signal.set_wakeup_fd(-1))
