#: scientific
#: plots: 3
import matplotlib.pyplot as plt

for n in range(3):
    plt.figure(n + 1)
    plt.bar([1, 2], [n, n + 1])
plt.show()
print("after")
