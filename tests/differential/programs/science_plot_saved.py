#: scientific
#: plots: 0
import os

import matplotlib.pyplot as plt

figure, axes = plt.subplots(2, 2)
axes[0, 0].hist([1, 1, 2])
plt.tight_layout()
for name in ("plot.png", "plot.pdf", "plot.svg"):
    figure.savefig(name)
    print(name, os.path.getsize(name) > 1000)
plt.close(figure)
