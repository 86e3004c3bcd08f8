class A:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone", self.name)


a = A("a")
b = A("b")
_c = A("_c")
keeps = [A("in a list")]
circle = A("in a circle")
circle.itself = circle
print("end")
