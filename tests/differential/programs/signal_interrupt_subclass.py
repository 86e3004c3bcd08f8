class Own(KeyboardInterrupt):
    pass


raise Own("mine")
