"""Meshtastic packets, by the protobufs of the package `meshtastic` and the AES of the package `cryptography`.

`read`: lines `psk packet`; prints the header's fields, the deciphered bytes and the message's fields of each.
`make`: the one line is how many; prints lines `psk packet plain` of random packets.
`hash`: lines `name psk`; prints the channel hash of each.
`names`: the one line is `regions` or `presets`; prints the names that the package has.
`direct`: lines `private_key public_key packet`; as `read`, for a packet to the private key's node.
`make_direct`: the one line is how many; prints lines `private_key public_key packet plain nonce` of random packets.
"""

import random
import struct
import sys

from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from meshtastic.protobuf import config_pb2, mesh_pb2
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


def show(packet, plain):
    to, sender, packet_id, flags, channel, next_hop, relay = struct.unpack("<IIIBBBB", packet[:16])
    data = mesh_pb2.Data.FromString(plain)
    # The same bytes again: ours are what their encoder writes.
    assert data.SerializeToString(deterministic=True) == plain, packet.hex()
    flags = [flags & 7, flags >> 5, flags >> 3 & 1, flags >> 4 & 1]
    print(to, sender, packet_id, *flags, channel, next_hop, relay, fields(data))


def read(line):
    psk, packet = map(parse, line.split())
    _, sender, packet_id = struct.unpack("<III", packet[:12])
    show(packet, cipher(psk, sender, packet_id, packet[16:]))


def direct_cipher(private, public):
    shared = X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(public))
    return AESCCM(sha256(shared).digest(), tag_length=8)


def direct(line):
    private, public, packet = map(parse, line.split())
    _, sender, packet_id = struct.unpack("<III", packet[:12])
    nonce = struct.pack("<I4sIB", packet_id, packet[-4:], sender, 0)
    show(packet, direct_cipher(private, public).decrypt(nonce, packet[16:-4], None))


def make_direct(line):
    source = random.Random(21)
    for _ in range(int(line)):
        private, other, extra = source.randbytes(32), source.randbytes(32), source.randbytes(4)
        public = X25519PrivateKey.from_private_bytes(other).public_key().public_bytes_raw()
        data = mesh_pb2.Data(portnum=source.choice([1, 256, 300]), payload=source.randbytes(source.choice([0, 1, 100, 219])))
        data.bitfield = source.randrange(4)
        plain = data.SerializeToString(deterministic=True)
        to, sender, packet_id = source.randrange(1, 2**32 - 1), source.randrange(1, 2**32 - 1), source.getrandbits(32)
        header = struct.pack("<IIIBBBB", to, sender, packet_id, 3 << 5 | 3, 0, 0, sender & 0xFF or 0xFF)
        nonce = struct.pack("<I4sIB", packet_id, extra, sender, 0)
        packet = header + direct_cipher(private, public).encrypt(nonce, plain, None) + extra
        print(*map(hexadecimal, [private, public, packet, plain, extra]))


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


def names(line):
    lora = config_pb2.Config.LoRaConfig
    print(*{"regions": lora.RegionCode, "presets": lora.ModemPreset}[line.strip()].keys(), sep="\n")


ways = {"names": names, "read": read, "make": make, "hash": name_hash, "direct": direct, "make_direct": make_direct}
for line in sys.stdin:
    ways[sys.argv[1]](line)
