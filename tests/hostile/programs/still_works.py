"""What a lesson needs must go on working in all this: the other half of every proof."""
import concurrent.futures, multiprocessing, os, subprocess, sys, tempfile, threading
from attempt import allowed
def doubled(x):
    return 2 * x
if __name__ == "__main__":
    allowed("print to /dev/stdout", lambda: open("/dev/stdout", "w").write("\n"))
    allowed("list own descriptors", lambda: os.listdir("/proc/self/fd"))
    allowed("write and read a file", lambda: open("notes.txt", "w").write("x") and open("notes.txt").read() == "x")
    def copied():
        import shutil
        with open("one.txt", "w") as file:
            file.write("x")
        os.makedirs("folder", exist_ok=True)
        return all(open(copy(*names)).read() == "x" for copy, *names in ((shutil.copy, "one.txt", "two.txt"), (shutil.copy2, "one.txt", "folder"), (shutil.move, "two.txt", "three.txt"))) and os.listdir(shutil.copytree("folder", "tree"))
    allowed("copies", copied)
    allowed("temporary file", lambda: tempfile.NamedTemporaryFile().name)
    allowed("subprocess", lambda: subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True, check=True).stdout == b"1\n")
    allowed("shell", lambda: subprocess.run("echo hi", shell=True, capture_output=True, check=True).stdout == b"hi\n")
    allowed("threads", lambda: [t.start() or t.join() for t in [threading.Thread(target=lambda: None) for _ in range(4)]])
    def children():
        made = [os.fork() or os._exit(0) for _ in range(30)]
        return all(os.waitpid(child, 0)[1] == 0 for child in made)
    allowed("thirty children, five times", lambda: all([children() for _ in range(5)]))
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
    allowed("course folder", lambda: any(open(place).read() for place in ("/course/notes/notes.md", os.path.expanduser("~/course/notes/notes.md")) if os.path.exists(place)))
    allowed("terminal size", lambda: os.get_terminal_size().columns > 0)
    allowed("a terminal of one's own", lambda: os.openpty())
    allowed("time zone", lambda: __import__("datetime").datetime.now().astimezone().tzname())
