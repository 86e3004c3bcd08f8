import pickle
import shelve

with open("data.pickle", "wb") as file:
    pickle.dump({"a": [1, 2.5, None]}, file)
with open("data.pickle", "rb") as file:
    print(pickle.load(file))
with shelve.open("shelf") as shelf:
    shelf["x"] = {1, 2}
with shelve.open("shelf") as shelf:
    print(dict(shelf))
