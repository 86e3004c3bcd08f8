import locale
import os
import time

print(locale.getlocale(), locale.localeconv()["decimal_point"], time.tzname, time.timezone)
print(locale.setlocale(locale.LC_ALL), locale.setlocale(locale.LC_ALL, ""), f"{1234567.891:n}")
print(time.strftime("%A %B", time.gmtime(0)), os.environ.get("LANG"), time.ctime(0))
