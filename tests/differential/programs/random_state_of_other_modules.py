#: rare
import random
import tempfile
import uuid

print(random.getstate()[0], random.getstate()[2], tempfile._name_sequence, tempfile.tempdir)
print(uuid.getnode() != 0, len({uuid.uuid1() for _ in range(10)}))
