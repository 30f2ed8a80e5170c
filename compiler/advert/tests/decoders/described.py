"""Decodes by the JSON descriptions alone: they say all that a decoder has to know.

As `generated.py`, but of files `d<number>.json`.
"""

import functools
import json
import sys
from decimal import Decimal


@functools.cache
def description(number):
    with open(f"{sys.argv[1]}/d{number}.json") as file:
        return json.load(file)


def word(field, code):
    values = int(field["codes"]) - field["may_be_missing"]
    assert code <= values
    if code == values:
        return "missing"
    if field["kind"] == "flag":
        return str(code == 1).lower()
    if field["kind"] == "choice":
        return field["names"][code].encode().hex()
    if field["kind"] == "id":
        assert values == 1 << field["bits"]
        return code
    value = int(field["low"]) + code * int(field["step"])
    assert value <= int(field["high"])
    return Decimal(value).scaleb(-field["decimals"])


def decode(layout, data):
    fields = {field["name"]: field for field in layout["fields"]}
    frames = [frame for frame in layout["frames"] if data[:1] == bytes([frame["layout_id"]])]
    if not frames or len(data) != 1 + frames[0]["payload_bytes"]:
        return "refused"
    payload, used, words = int.from_bytes(data[1:], "little"), 0, []
    for cell in frames[0]["cells"]:
        number = payload >> cell["bit"] & (1 << cell["width"]) - 1
        used |= number << cell["bit"]
        for name in cell["fields"]:
            number, code = divmod(number, int(fields[name]["codes"]))
            words.append(f"{name}={word(fields[name], code)}")
        if number:
            return "refused"
    return " ".join(words) if used == payload else "refused"


for line in sys.stdin:
    number, _, data = line.rstrip("\n").partition(" ")
    print(decode(description(number), bytes.fromhex(data)))
