"""What a lesson needs must go on working in all this: the other half of every proof."""
import concurrent.futures, multiprocessing, os, subprocess, sys, tempfile, threading
from attempt import allowed
def doubled(x):
    return 2 * x
if __name__ == "__main__":
    allowed("print to /dev/stdout", lambda: open("/dev/stdout", "w").write("\n"))
    allowed("list own descriptors", lambda: os.listdir("/proc/self/fd"))
    allowed("write and read a file", lambda: open("notes.txt", "w").write("x") and open("notes.txt").read() == "x")
    allowed("temporary file", lambda: tempfile.NamedTemporaryFile().name)
    allowed("subprocess", lambda: subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True, check=True).stdout == b"1\n")
    allowed("shell", lambda: subprocess.run("echo hi", shell=True, capture_output=True, check=True).stdout == b"hi\n")
    allowed("threads", lambda: [t.start() or t.join() for t in [threading.Thread(target=lambda: None) for _ in range(4)]])
    allowed("pool", lambda: multiprocessing.get_context("fork").Pool(2).map(doubled, [1, 2]) == [2, 4])
    allowed("spawned pool", lambda: multiprocessing.get_context("spawn").Pool(1).map(doubled, [1, 2]) == [2, 4])
    allowed("executor", lambda: list(concurrent.futures.ProcessPoolExecutor(1).map(doubled, [3])) == [6])
    allowed("async", lambda: __import__("asyncio").run(__import__("asyncio").sleep(0, True)))
    def echo():
        import socket
        with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), 2) as client:
            client.send(b"x")
            return server.accept()[0].recv(1) == b"x"
    allowed("sockets with oneself", echo)
    allowed("sqlite", lambda: __import__("sqlite3").connect("db").execute("create table t(x)") is not None)
    allowed("user", lambda: __import__("getpass").getuser() == "student")
    allowed("cpu count", lambda: os.cpu_count() > 0)
    allowed("course folder", lambda: open("/course/notes/notes.md").read())
    allowed("terminal size", lambda: os.get_terminal_size().columns > 0)
    allowed("a terminal of one's own", lambda: os.openpty())
    allowed("time zone", lambda: __import__("datetime").datetime.now().astimezone().tzname())
