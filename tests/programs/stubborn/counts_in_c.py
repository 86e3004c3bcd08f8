"""An endless iterator, consumed in C."""
import collections, itertools
print("go", flush=True)
collections.deque(itertools.count(), maxlen=0)
