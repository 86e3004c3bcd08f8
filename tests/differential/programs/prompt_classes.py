#: interactive
#: typed: "import pickle, copy"
#: typed: "class A: pass"
#: typed: ""
#: typed: "type(pickle.loads(pickle.dumps(A()))) is A, A.__module__"
#: typed: "import inspect"
#: typed: "inspect.getsource(B)"
class B:
    pass
