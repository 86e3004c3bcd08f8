#: scientific
import numpy as np

print(np.arange(2))
#: file: random.py
print("the student's random is imported")
