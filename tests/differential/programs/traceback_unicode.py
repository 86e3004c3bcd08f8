größe = "€"
print(größe * "ü")
