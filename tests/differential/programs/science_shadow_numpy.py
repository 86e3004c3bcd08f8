#: scientific
import numpy

print(numpy.MINE, numpy.__file__)
#: file: numpy.py
MINE = 1
