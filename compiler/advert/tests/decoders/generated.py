"""Runs generated decoders. Lines `number bytes` in; the decoder is `d<number>.py` in the folder of the first argument.

For each a line of `name=value` words out, or `refused`. Numbers are written as Python would read them again.
"""

import importlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])


def word(value):
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return str(value).lower()
    return value.encode().hex() if isinstance(value, str) else repr(value)


for line in sys.stdin:
    number, _, data = line.rstrip("\n").partition(" ")
    try:
        values = importlib.import_module("d" + number).beacon.decode(bytes.fromhex(data))
    except ValueError:
        print("refused")
        continue
    print(*(f"{name}={word(value)}" for name, value in values.items()))
