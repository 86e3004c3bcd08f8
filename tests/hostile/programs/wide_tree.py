"""Five thousand empty files in one folder."""
import os
os.mkdir("many")
for number in range(5000):
    os.close(os.open(f"many/{number}", os.O_CREAT | os.O_WRONLY))
print("SPREAD", flush=True)
