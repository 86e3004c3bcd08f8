import os
import tempfile

folder = tempfile.TemporaryDirectory()
file = tempfile.NamedTemporaryFile(dir=folder.name)
print(os.path.exists(file.name), tempfile.gettempdir(), os.path.dirname(folder.name))
kept = tempfile.mkdtemp()
print(len(os.listdir("/tmp")))
