import sys

print(sys.path, sys.prefix, sys.exec_prefix, sys.base_prefix, sys.executable)
print(sys.meta_path, sys.path_hooks)
print([key for key in sys.path_importer_cache if key.startswith("/workspace")])
