#: scientific
#: interactive
#: plots: 5
#: typed: "import matplotlib.pyplot as plt"
#: typed: "lines = plt.plot([1, 2])"
#: typed: "plt.show()"
#: typed: "plt.figure(); n = plt.plot([3, 4])"
#: typed: "for n in range(2): plt.figure(); x = plt.plot([n])"
#: typed: ""
#: typed: "plt.title('again').get_text()"
#: typed: "plt.close('all')"
