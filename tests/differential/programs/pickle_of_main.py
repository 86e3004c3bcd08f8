import copy
import pickle


class Point:
    def __init__(self, x):
        self.x = x

    def __eq__(self, other):
        return self.x == other.x


def double(x):
    return 2 * x


data = pickle.dumps([Point(1), Point, double])
print(pickle.loads(data)[0].x, pickle.loads(data)[1] is Point, pickle.loads(data)[2](4), Point.__module__)
print(copy.deepcopy(Point(3)) == Point(3))
print(pickle.dumps(Point, 0))
pickle.dumps(lambda: 1)
