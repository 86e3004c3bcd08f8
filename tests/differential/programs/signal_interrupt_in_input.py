#: pressed: "\u0003"
def ask():
    return input("stop me? ")


ask()
