#: rare
import site
import sys
import sysconfig

print(site.ENABLE_USER_SITE, site.getsitepackages(), site.getuserbase(), sys.prefix != sys.base_prefix)
print(sysconfig.get_paths()["stdlib"], sysconfig.get_paths()["purelib"], sys.flags.no_user_site)
print(exit, quit, copyright, sep="\n")
