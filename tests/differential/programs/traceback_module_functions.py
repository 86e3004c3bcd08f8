#: rare
import sys
import traceback

try:
    {}["missing"]
except KeyError:
    print(traceback.format_exc())
    traceback.print_exc(file=sys.stdout)
    print(traceback.extract_tb(sys.exc_info()[2]))
