#: rare
x = 1​ + 2
