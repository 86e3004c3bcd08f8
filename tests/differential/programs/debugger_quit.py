#: rare
#: typed: "q"
import pdb

pdb.set_trace()
print("never")
