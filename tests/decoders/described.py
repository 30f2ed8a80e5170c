"""Decodes by the JSON descriptions alone: they say all that a decoder has to know.

As `generated.py`, but of files `d<number>.json`.
"""

import functools
import json
import sys
from decimal import Decimal


class Refused(Exception):
    pass


@functools.cache
def description(number):
    with open(f"{sys.argv[1]}/d{number}.json") as file:
        return json.load(file)


def check(good):
    if not good:
        raise Refused


def beacon(layout, data):
    frames = [frame for frame in layout["frames"] if data[:1] == bytes([frame["layout_id"]])]
    check(frames and len(data) == 1 + frames[0]["payload_bytes"])
    fields = {field["name"]: field for field in layout["fields"]}
    payload, used, values = int.from_bytes(data[1:], "little"), 0, {}
    for cell in frames[0]["cells"]:
        number = payload >> cell["bit"] & (1 << cell["width"]) - 1
        used |= number << cell["bit"]
        for name in cell["fields"]:
            number, code = divmod(number, int(fields[name]["codes"]))
            values[name] = meaning(fields[name], code)
        check(number == 0)
    check(used == payload)
    return values


def meaning(field, code):
    if code == int(field["codes"]) - field["may_be_missing"]:
        return None
    if field["kind"] == "flag":
        return code == 1
    if field["kind"] == "choice":
        return field["names"][code]
    if field["kind"] == "id":
        return str(code)
    return str(Decimal(int(field["low"]) + code * int(field["step"])).scaleb(-field["decimals"]))


def varint(data, at):
    number = 0
    for place in range(10):
        check(at < len(data) and (place < 9 or data[at] < 2))
        number |= (data[at] & 127) << 7 * place
        at += 1
        if data[at - 1] < 128:
            break
    return number, at


WIRE_TYPES = {"uint32": 0, "sint32": 0, "bool": 0, "enum": 0, "fixed64": 1, "bytes": 2, "message": 2, "fixed32": 5}


def nothing(kernel, field):
    if field["oneof"] is not None or field["kind"] == "message":
        return None
    return {"bool": False, "bytes": "0x"}.get(field["kind"]) if field["kind"] in ("bool", "bytes") else number(kernel, field, 0)


def number(kernel, field, value):
    if "bits" in field:
        parts = {}
        for part in field["bits"]:
            code = value >> part["first"] & (1 << part["width"]) - 1
            if part["signed"] and code >> part["width"] - 1:
                code -= 1 << part["width"]
            parts[part["name"]] = str(code)
        return parts
    if field["kind"] == "bool":
        return value != 0
    check(value >> {"enum": 31, "fixed64": 64}.get(field["kind"], 32) == 0)
    if field["kind"] == "enum":
        values = next(one["values"] for one in kernel["enums"] if one["name"] == field["of"])
        return next((one["name"] for one in values if one["number"] == value), str(value))
    return str(value >> 1 ^ -(value & 1) if field["kind"] == "sint32" else value)


def message(kernel, name, data, values):
    fields = next(one["fields"] for one in kernel["messages"] if one["name"] == name)
    if values is None:
        values = {field["name"]: nothing(kernel, field) for field in fields}
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        wire_type = key & 7
        check(8 <= key < 1 << 32 and wire_type in (0, 1, 2, 5))
        if wire_type == 0:
            value, at = varint(data, at)
        else:
            size, at = varint(data, at) if wire_type == 2 else ({1: 8, 5: 4}[wire_type], at)
            check(size <= len(data) - at)
            value, at = data[at:at + size], at + size
        for field in fields:
            if (field["number"], WIRE_TYPES[field["kind"]]) != (key >> 3, wire_type):
                continue
            for other in fields:
                if field["oneof"] is not None and other["oneof"] == field["oneof"] and other is not field:
                    values[other["name"]] = None
            if field["kind"] == "message":
                values[field["name"]] = message(kernel, field["of"], value, values[field["name"]])
            elif field["kind"] == "bytes":
                check(len(value) <= field["most"])
                values[field["name"]] = "0x" + value.hex()
            else:
                value = value if wire_type == 0 else int.from_bytes(value, "little")
                values[field["name"]] = number(kernel, field, value)
    return values


for line in sys.stdin:
    place, item, data = line.rstrip("\n").split(" ")
    kernel, data = description(place), bytes.fromhex(data)
    layouts = [layout for layout in kernel["beacons"] if layout["beacon"] == item]
    try:
        print(json.dumps(beacon(layouts[0], data) if layouts else message(kernel, item, data, None)))
    except Refused:
        print("refused")
