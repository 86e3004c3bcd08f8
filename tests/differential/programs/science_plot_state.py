#: scientific
import matplotlib
import matplotlib.pyplot as plt

print(plt.isinteractive(), plt.get_fignums(), plt.rcParams["figure.figsize"], plt.rcParams["figure.dpi"])
print(plt.get_backend(), matplotlib.get_cachedir(), matplotlib.get_configdir())
print(plt.figure().number, sorted(plt.style.available)[:2])
plt.close()
