#: interactive
#: typed: "f()"
#: typed: "g()"
#: typed: "undefined"
#: typed: "raise KeyError('x') from ValueError('y')"
#: typed: "f"
#: typed: "raise ExceptionGroup('g', [ValueError(1)])"
#: typed: "import json; json.loads('x')"
#: typed: "f(); print('never')"
def g():
    return 1 / 0


f = lambda: g()
