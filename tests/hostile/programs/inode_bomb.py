"""More files than anybody needs, in memory."""
from attempt import allowed
def many(folder):
    for number in range(20000):
        open(f"{folder}/{number}", "wb").close()
    return True
for folder in ("/tmp", "/dev/shm"):
    allowed(f"20,000 files in {folder}", lambda: many(folder))
