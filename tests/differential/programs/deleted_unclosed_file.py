import sys
import warnings

file = open("text.txt", "w")
file.write("buffered")
warnings.simplefilter("always")
