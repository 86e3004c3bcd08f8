#: rare
import pickle
import subprocess
import sys


class Thing:
    value = 3


if __name__ == "__main__":
    child = subprocess.run([sys.executable, "-c", "import pickle, sys; pickle.load(sys.stdin.buffer)"], input=pickle.dumps(Thing()), stderr=subprocess.PIPE)
    print(child.stderr.decode().splitlines()[-1])
