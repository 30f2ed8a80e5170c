"""Messages by Python's protobuf, from a schema that protoc read.

Arguments: way, descriptor set, full name of the message. A message's text is `{number=value,...}`, its present fields in
ascending order; bytes are hexadecimal.

`read`: lines of encoded messages; prints the text of each, or `refused`.
`again`: the same, and that it encodes to the same bytes.
`make`: the one line is how many, and a seed; prints `bytes text` of random messages.
"""

import random
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.descriptor import FieldDescriptor as Field
from google.protobuf.message import DecodeError

files = descriptor_pb2.FileDescriptorSet()
with open(sys.argv[2], "rb") as file:
    files.ParseFromString(file.read())
pool = descriptor_pool.DescriptorPool()
for file in files.file:
    pool.Add(file)
Message = message_factory.GetMessageClass(pool.FindMessageTypeByName(sys.argv[3]))


def hexadecimal(text):
    return text.hex() or "-"


def text_of(message):
    def value_of(field, value):
        if field.type == Field.TYPE_MESSAGE:
            return text_of(value)
        return value.hex() if field.type == Field.TYPE_BYTES else str(int(value))

    fields = sorted(message.ListFields(), key=lambda pair: pair[0].number)
    return "{" + ",".join(f"{field.number}={value_of(field, value)}" for field, value in fields) + "}"


def read(line, again):
    data = b"" if line.strip() == "-" else bytes.fromhex(line)
    message = Message()
    try:
        message.ParseFromString(data)
    except DecodeError:
        print("refused")
        return
    if again:
        assert message.SerializeToString(deterministic=True) == data, line
    print(text_of(message))


def fill(message, source):
    limits = {"bytes": int(sys.argv[4])}
    oneofs = [oneof for oneof in message.DESCRIPTOR.oneofs]
    chosen = {oneof.name: source.choice([None, *oneof.fields]) for oneof in oneofs}
    for field in message.DESCRIPTOR.fields:
        oneof = field.containing_oneof
        if oneof and chosen[oneof.name] is not field or not oneof and source.random() < 0.3:
            continue
        bits = source.randrange(65)
        if field.type == Field.TYPE_MESSAGE:
            getattr(message, field.name).SetInParent()
            fill(getattr(message, field.name), source)
        elif field.type == Field.TYPE_BYTES:
            setattr(message, field.name, source.randbytes(source.randint(0, limits["bytes"])))
        elif field.type == Field.TYPE_BOOL:
            setattr(message, field.name, source.random() < 0.5)
        elif field.type == Field.TYPE_ENUM:
            setattr(message, field.name, source.choice(field.enum_type.values).number)
        elif field.type == Field.TYPE_SINT32:
            value = source.getrandbits(min(bits, 31)) if bits else 0
            setattr(message, field.name, source.choice([value, -value - 1]))
        elif field.type in (Field.TYPE_UINT32, Field.TYPE_FIXED32):
            setattr(message, field.name, source.getrandbits(min(bits, 32)) if bits else 0)
        elif field.type == Field.TYPE_FIXED64:
            setattr(message, field.name, source.getrandbits(bits) if bits else 0)
        else:
            raise ValueError(f"a type that no schema has: {field.type}")


def make(line):
    count, seed = map(int, line.split())
    source = random.Random(seed)
    for _ in range(count):
        message = Message()
        fill(message, source)
        print(hexadecimal(message.SerializeToString(deterministic=True)), text_of(message))


for line in sys.stdin:
    if sys.argv[1] == "make":
        make(line)
    else:
        read(line, sys.argv[1] == "again")
