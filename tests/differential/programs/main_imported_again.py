import main

print(main is __import__("__main__"), __name__, main.__name__)
