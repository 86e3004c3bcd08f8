#: rare
import sys
import zipfile

with zipfile.ZipFile("packed.zip", "w") as archive:
    archive.writestr("zipped.py", "print('from a zip', __file__)\nraise ValueError('in the zip')\n")
sys.path.insert(0, "packed.zip")
import zipped
