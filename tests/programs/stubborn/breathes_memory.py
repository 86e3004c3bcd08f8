"""Takes and gives back a hundred megabytes, again and again."""
print("go", flush=True)
while True:
    try:
        kept = []
        for _ in range(100):
            kept.append(bytearray(b"x") * (1 << 20))
    except BaseException:
        pass
