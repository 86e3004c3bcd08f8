#: rare
import os
import tempfile

folder = tempfile.TemporaryDirectory(prefix="lesson-")
print(os.path.exists(folder.name), tempfile.gettempdir(), os.path.dirname(folder.name))
print(len(os.listdir("/tmp")))
