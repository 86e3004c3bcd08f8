#: scientific
#: interactive
#: plots: 1
#: typed: "axes.get_title()"
#: typed: "plt.get_fignums()"
#: typed: "axes.figure.savefig('x.png')"
#: typed: "import os; os.listdir('.')"
import matplotlib.pyplot as plt

axes = plt.subplot()
axes.set_title("T")
plt.show()
