#: scientific
#: plots: 1
import matplotlib.pyplot as plt

plt.scatter([1, 2], [3, 4])
print("end")
