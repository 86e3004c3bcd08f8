#: scientific
#: interactive
#: typed: "plt.ion()"
#: typed: "plt.isinteractive()"
#: typed: "plt.get_fignums()"
import matplotlib.pyplot as plt
