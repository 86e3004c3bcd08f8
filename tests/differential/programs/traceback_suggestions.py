import math

class Thing:
    def __init__(self):
        self.colour = 1

try:
    math.sqroot(2)
except AttributeError as error:
    import traceback
    traceback.print_exception(error)
lenght = 3
print(length)
