#: scientific
#: plots: 1
import matplotlib.pyplot as plt

plt.plot([1, 2, 3], [4, 5, 6], label="a")
plt.legend()
plt.title("A title")
print(plt.show())
print("after", plt.get_fignums())
