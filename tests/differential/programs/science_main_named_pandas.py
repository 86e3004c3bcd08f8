#: scientific
#: as: pandas.py
import pandas

print(pandas.DataFrame)
