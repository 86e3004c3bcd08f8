#: rare
#: interactive
#: typed: "a = 1; b = 2; a + b"
#: typed: "x = [n * n for n in range(10)]; x"
#: typed: "print('0123456789012345678901234567890123456789012345678901234567890123456789')"
