class Odd(Exception):
    def __str__(self):
        raise ValueError("no words")


raise Odd()
