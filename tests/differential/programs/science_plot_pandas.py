#: scientific
#: plots: 2
import matplotlib.pyplot as plt
import pandas as pd

frame = pd.DataFrame({"year": [2001, 2002], "n": [3, 4]})
print(frame.plot(x="year", y="n"))
frame["n"].plot(kind="bar", figsize=(3, 2))
plt.figure()
frame.n.hist()
plt.show()
