#: scientific
import io

import pandas as pd

frame = pd.read_csv(io.StringIO("name,n\nAda,1\nBob,2\nAda,3\n"))
print(frame, frame.groupby("name").n.sum(), frame.describe(), frame.dtypes, sep="\n")
frame.to_csv("out.csv", index=False)
print(open("out.csv").read(), pd.get_option("display.width"), pd.get_option("display.max_rows"))
