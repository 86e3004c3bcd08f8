"""Never comes out of `finally`, and begins it anew whenever it is interrupted."""
import time
def work():
    try:
        time.sleep(600)
    finally:
        work()
print("go", flush=True)
while True:
    try:
        work()
    except BaseException:
        pass
