#: rare
#: interactive
#: typed: "class A:"
#: typed: "    def __del__(self): print('gone')"
#: typed: ""
#: typed: "a = A(); b = A()"
#: typed: "del a"
#: typed: "A()"
#: typed: "1"
#: typed: "exit()"
