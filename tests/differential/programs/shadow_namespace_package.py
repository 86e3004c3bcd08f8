#: rare
import json
import logging

print(hasattr(json, "dumps"), logging.__file__.endswith("/logging/__init__.py"))
#: file: logging/notes.txt
no module here
