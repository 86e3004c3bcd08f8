"""A finalizer that does not end; what is raised in it is ignored by Python itself."""
class Last:
    def __del__(self):
        print("go", flush=True)
        while True:
            try:
                while True:
                    pass
            except BaseException:
                pass
last = Last()
del last
