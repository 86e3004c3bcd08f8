#: rare
import decimal
import logging

print(decimal.getcontext(), decimal.Decimal(1) / 3)
logging.warning("to stderr")
print(logging.root.handlers, logging.root.level, logging.getLevelName(30))
