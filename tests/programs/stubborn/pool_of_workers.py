"""A pool whose workers do not end."""
import multiprocessing, signal, time
def work(number):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        time.sleep(0.01)
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with multiprocessing.get_context("fork").Pool(4) as pool:
        result = pool.map_async(work, range(4))
        print("go", flush=True)
        result.wait()
