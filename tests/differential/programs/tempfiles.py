import os
import tempfile

print(tempfile.gettempdir(), tempfile.gettempprefix(), os.path.dirname(tempfile.mkdtemp()), tempfile.template)
with tempfile.TemporaryFile() as file:
    file.write(b"x")
    print(file.tell(), isinstance(file.name, int))
with tempfile.SpooledTemporaryFile(10) as file:
    file.write(b"x" * 20)
    print(file._rolled)
