#: rare
import faulthandler

print(faulthandler.is_enabled())
faulthandler.enable()
print(faulthandler.is_enabled())
