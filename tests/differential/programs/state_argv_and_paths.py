import sys

print(sys.argv, sys.orig_argv, sys.path[0], sys.path[1:])
print(sys.platlibdir, sys.api_version, sys.hexversion == sys.hexversion)
