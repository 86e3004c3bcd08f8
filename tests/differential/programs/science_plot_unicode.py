#: scientific
#: plots: 1
import matplotlib.pyplot as plt

plt.title("größe € π $x^2$")
plt.xlabel("日本")
plt.show()
