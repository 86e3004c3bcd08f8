import beside

print("end", beside.b.name)
#: file: beside.py
class B:
    name = "b"

    def __del__(self):
        print("gone: the module's")


b = B()
