#: scientific
#: plots: 0
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

plt.plot([1, 2])
plt.savefig("x.png")
print(matplotlib.get_backend().lower(), type(plt.gcf().canvas).__name__)
plt.close()
