with open(__file__, "w") as file:
    file.write("# nothing is\n# as it was\nraise_what = 1\n")
raise ValueError("the file changed meanwhile")
