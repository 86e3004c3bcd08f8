#: rare
#: pressed: "\u0003"
try:
    input("stop me? ")
except KeyboardInterrupt:
    print("caught")
