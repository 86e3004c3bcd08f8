"""What is run: the programs of the comparisons."""

IMPORTS = "import numpy as np\nimport pandas as pd\nimport matplotlib.pyplot as plt\n"
PRINT = 'print("hello")\n'
SCIENTIFIC = IMPORTS + "print(pd.Series(np.arange(9)).sum(), plt)\n"
PLOT = """\
import pandas as pd
import matplotlib.pyplot as plt
frame = pd.DataFrame({"n": range(50), "square": [n * n for n in range(50)]})
frame.plot(x="n", y="square")
plt.savefig("squares.png")
print("drawn")
"""
COMPARED = {"print": PRINT, "scientific": SCIENTIFIC, "drawing": PLOT}
