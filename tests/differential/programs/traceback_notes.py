error = ValueError("with notes")
error.add_note("look at line 3")
error.add_note("two\nlines")
raise error
