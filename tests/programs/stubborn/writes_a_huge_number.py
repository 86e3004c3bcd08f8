"""The digits of a huge number, in C."""
import sys
number = 1 << 20_000_000
sys.set_int_max_str_digits(0)
print("go", flush=True)
str(number)
