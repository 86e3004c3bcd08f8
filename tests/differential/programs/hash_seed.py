import os
import subprocess
import sys

print(sys.flags.hash_randomization, os.environ.get("PYTHONHASHSEED"), hash(1), hash(1.5), hash(None) == hash(None))
child = [sys.executable, "-c", "print(hash('a'))"]
seeds = {subprocess.run(child, capture_output=True).stdout for _ in range(3)}
print(len(seeds))
