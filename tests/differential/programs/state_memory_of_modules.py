#: rare
import linecache

print(linecache.cache)
