#: rare
import warnings
import datetime

datetime.datetime.utcnow()
import beside
#: file: beside.py
import warnings

warnings.warn("deprecated in a module", DeprecationWarning)
warnings.warn("of the module's importer", stacklevel=2)
