#: scientific
#: plots: 1
from matplotlib.figure import Figure
import matplotlib.pyplot as plt

Figure().add_subplot().plot([1, 2])
figure, axes = plt.subplots()
axes.set_xlabel("x")
print(axes, figure, plt.gca() is axes)
figure.show()
plt.close("all")
