"""Raw frames, written from the table in PROTOCOLS.md alone, with the AES-CCM of the package `cryptography`.

`read`: lines `name secret packet`; prints every value of each.
`make`: the one line is how many; prints lines `name secret packet` and every value of random frames.
"""

import hmac
import random
import struct
import sys
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers.aead import AESCCM


def channel(name, secret):
    made = hmac.digest(secret, b"swarm raw frame 0 " + name.encode(), sha256)
    return AESCCM(made[:16], tag_length=4), made[16]


def hexadecimal(text):
    return text.hex() or "-"


def authenticated(head):
    return head[:1] + b"\0\0\0" + head[4:]


def read(line):
    name, secret, packet = line.split()
    secret, packet = bytes.fromhex(secret), bytes.fromhex(packet)
    cipher, mark = channel(name, secret)
    flags, hops, relay, next_hop, seen, sender, number = struct.unpack("<BBBBBII", packet[:13])
    assert seen == mark and flags & 0b11100011 == 0
    end = 17 if flags & 4 else 13
    receiver = struct.unpack("<I", packet[13:17])[0] if flags & 4 else "-"
    plain = cipher.decrypt(struct.pack("<IIIB", sender, number, 0, 0), packet[end:], authenticated(packet[:end]))
    answers = struct.unpack("<I", plain[1:5])[0] if flags & 16 else "-"
    payload = plain[5:] if flags & 16 else plain[1:]
    print(
        sender, receiver, number, hops & 15, hops >> 4, relay, next_hop, flags >> 3 & 1, plain[0], answers,
        hexadecimal(payload),
    )


def make(line):
    source = random.Random(70)
    for _ in range(int(line)):
        name = source.choice(["swarm", "garden", "a"])
        secret = source.randbytes(source.choice([16, 32]))
        cipher, mark = channel(name, secret)
        sender, number, port = source.getrandbits(32), source.getrandbits(32), source.randrange(256)
        receiver, answers = (source.choice(["-", source.getrandbits(32)]) for _ in range(2))
        hops, relay, next_hop, want_ack = source.randrange(256), *source.randbytes(2), source.randrange(2)
        flags = 4 * (receiver != "-") + 8 * want_ack + 16 * (answers != "-")
        head = struct.pack("<BBBBBII", flags, hops, relay, next_hop, mark, sender, number)
        head += b"" if receiver == "-" else struct.pack("<I", receiver)
        plain = bytes([port]) + (b"" if answers == "-" else struct.pack("<I", answers))
        payload = source.randbytes(source.randrange(230))
        nonce = struct.pack("<IIIB", sender, number, 0, 0)
        packet = head + cipher.encrypt(nonce, plain + payload, authenticated(head))
        print(
            name, secret.hex(), packet.hex(), sender, receiver, number, hops & 15, hops >> 4, relay, next_hop,
            want_ack, port, answers, hexadecimal(payload),
        )


for line in sys.stdin:
    {"read": read, "make": make}[sys.argv[1]](line)
