"""Writes rubbish into every descriptor it was not given for talking: whatever listens there must survive."""
import os, random, struct, sys
lengths = (0, 1, 0x7FFFFFFF, 0xFFFFFFFF)
for number in range(3, 64):
    try:
        os.fstat(number)
        os.set_blocking(number, False)
    except OSError:
        continue
    print("CHANNEL", number, flush=True)
    pieces = [struct.pack(">I", n) + b"{}" for n in lengths] + [struct.pack("<I", n) + b"{}" for n in lengths]
    pieces += [b'{"type":"ended","status":0}\n', b'{"type":"script_ended","exit_code":-99999999999999999999}', b"[" * 100000, b'{"type":"plot","png":"' + b"A" * 100000 + b'"}', b"\xff" * 4096, b"E{}", b"M", b""]
    pieces += [random.randbytes(random.randrange(2000)) for _ in range(200)]
    for piece in pieces:
        try:
            os.write(number, piece)
        except OSError:
            pass
    try:
        import socket, array
        with socket.socket(fileno=os.dup(number)) as s:
            null = os.open("/dev/null", os.O_RDONLY)
            s.sendmsg([b"M"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [null] * 8))])
    except OSError:
        pass
print("DONE", flush=True)
