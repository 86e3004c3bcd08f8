#: rare
class A:
    def __init__(self, n):
        assert n > 0, f"{n} is not positive"

    @property
    def double(self):
        return [A(n) for n in (1, 2, -3)]


A(1).double
