#: rare
#: interactive
import subprocess
import sys

done = subprocess.run([sys.executable, "-c", "import sys; print(sys.argv, sys.flags.inspect)", "a"], capture_output=True, text=True)
print(done.stdout, done.stderr, done.returncode)
print(subprocess.run(["python", "-c", "import sys; sys.exit(7)"]).returncode)
print(subprocess.check_output("echo $0 $HOME", shell=True, text=True))
try:
    subprocess.run(["no-such-program"])
except FileNotFoundError as error:
    print(error)
try:
    subprocess.run([sys.executable, "-c", "raise SystemExit(2)"], check=True)
except subprocess.CalledProcessError as error:
    print(error.returncode)
try:
    subprocess.run(["sleep", "30"], timeout=0.1)
except subprocess.TimeoutExpired as error:
    print(error.cmd)
