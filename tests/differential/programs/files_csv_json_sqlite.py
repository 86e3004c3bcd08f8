#: rare
import csv
import json
import sqlite3

with open("t.csv", "w", newline="") as file:
    csv.writer(file).writerows([["a", "b"], [1, "x,y"]])
print(list(csv.DictReader(open("t.csv"))))
base = sqlite3.connect("t.sqlite")
base.execute("create table t (n integer)")
base.executemany("insert into t values (?)", [(1,), (2,)])
base.commit()
print(base.execute("select sum(n) from t").fetchone(), json.loads(json.dumps({"a": [1, None]})))
