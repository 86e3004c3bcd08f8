x = 1
text = """no end
more
