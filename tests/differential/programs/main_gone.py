#: start: gone.py
print("never")
