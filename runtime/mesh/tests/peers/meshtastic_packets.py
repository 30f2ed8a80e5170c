"""Meshtastic packets, by the protobufs of the package `meshtastic` and the AES of the package `cryptography`.

`read`: lines `psk packet`; prints the header's fields, the deciphered bytes and the message's fields of each.
`make`: the one line is how many; prints lines `psk packet plain` of random packets.
`hash`: lines `name psk`; prints the channel hash of each.
"""

import random
import struct
import sys

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from meshtastic.protobuf import mesh_pb2
from meshtastic.util import DEFAULT_KEY, generate_channel_hash


def expand(psk):
    if len(psk) == 1:
        return DEFAULT_KEY[:-1] + bytes([DEFAULT_KEY[-1] + psk[0] - 1 & 0xFF]) if psk[0] else b""
    return psk


def cipher(psk, sender, packet_id, text):
    key = expand(psk)
    if not key:
        return text
    nonce = struct.pack("<QII", packet_id, sender, 0)
    encryptor = Cipher(algorithms.AES(key), modes.CTR(nonce)).encryptor()
    return encryptor.update(text) + encryptor.finalize()


def hexadecimal(text):
    return text.hex() or "-"


def parse(text):
    return b"" if text == "-" else bytes.fromhex(text)


def fields(data):
    bitfield = data.bitfield if data.HasField("bitfield") else "-"
    numbers = [data.dest, data.source, data.request_id, data.reply_id, data.emoji]
    return " ".join(map(str, [data.portnum, hexadecimal(data.payload), int(data.want_response), *numbers, bitfield]))


def read(line):
    psk, packet = map(parse, line.split())
    to, sender, packet_id, flags, channel, next_hop, relay = struct.unpack("<IIIBBBB", packet[:16])
    plain = cipher(psk, sender, packet_id, packet[16:])
    data = mesh_pb2.Data.FromString(plain)
    # The same bytes again: ours are what their encoder writes.
    assert data.SerializeToString(deterministic=True) == plain, line
    flags = [flags & 7, flags >> 5, flags >> 3 & 1, flags >> 4 & 1]
    print(to, sender, packet_id, *flags, channel, next_hop, relay, fields(data))


def make(line):
    source = random.Random(20)
    for _ in range(int(line)):
        psk = source.randbytes(source.choice([0, 1, 16, 32]))
        data = mesh_pb2.Data(portnum=source.choice([1, 256, 257, 300, 511]))
        data.payload = source.randbytes(source.choice([0, 1, 12, 60, 127, 128, 150]))
        data.want_response = source.random() < 0.5
        for name in ["dest", "source", "request_id", "reply_id", "emoji"]:
            if source.random() < 0.4:
                setattr(data, name, source.getrandbits(32))
        if source.random() < 0.5:
            data.bitfield = source.randrange(256)
        plain = data.SerializeToString(deterministic=True)
        to, sender, packet_id = source.getrandbits(32), source.randrange(1, 2**32 - 1), source.getrandbits(32)
        hop_start = source.randrange(8)
        flags = source.randint(0, hop_start) | source.randrange(4) << 3 | hop_start << 5
        channel = generate_channel_hash("swarm", expand(psk))
        header = struct.pack("<IIIBBBB", to, sender, packet_id, flags, channel, *source.randbytes(2))
        packet = header + cipher(psk, sender, packet_id, plain)
        print(hexadecimal(psk), hexadecimal(packet), hexadecimal(plain))


def name_hash(line):
    name, psk = line.split()
    print(generate_channel_hash(name, parse(psk)))


for line in sys.stdin:
    {"read": read, "make": make, "hash": name_hash}[sys.argv[1]](line)
