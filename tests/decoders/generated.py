"""Runs generated decoders. Lines `number item bytes` in; the item is one of `d<number>.py` in the folder of the argument.

For each a line of JSON out, numbers as text and bytes as hexadecimal text, or `refused`.
"""

import importlib
import json
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])


def plain(value):
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, bytes):
        return "0x" + value.hex()
    return value if value is None or isinstance(value, (bool, str)) else repr(value)


for line in sys.stdin:
    number, item, data = line.rstrip("\n").split(" ")
    try:
        values = getattr(importlib.import_module("d" + number), item).decode(bytes.fromhex(data))
    except ValueError:
        print("refused")
        continue
    print(json.dumps(plain(values)))
