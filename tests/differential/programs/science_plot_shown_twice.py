#: scientific
#: plots: 2
import matplotlib.pyplot as plt

plt.plot([1, 2])
plt.show()
plt.plot([2, 1])
plt.show(block=False)
print("after")
