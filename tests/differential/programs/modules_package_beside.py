from tools import helper
from tools.deeper import thing

print(helper.WORD, thing.WORD, thing.__package__, thing.__file__)
#: file: tools/__init__.py
print("tools", __name__)
#: file: tools/helper.py
WORD = "helper"
#: file: tools/deeper/__init__.py
#: file: tools/deeper/thing.py
from ..helper import WORD
