#: arguments: ["--wrong"]
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--right", type=int, default=3, help="a number")
print(parser.format_help())
parser.parse_args()
