"""MeshCore packets, by the packages `pymc_core` and `meshcoredecoder`.

`read`: lines `packet`; prints route, transport codes, type, path length byte, path, payload and hash of each.
`channel`: lines `key payload`; prints channel hash and content of each, by the format's own steps.
`text`: lines `key packet`; prints time and text of each group text.
`datagram`: lines `receiver_seed sender_seed packet`; prints addresses and content of each.
`anonymous`: lines `receiver_seed packet`; prints address, sender's key and content of each.
`advert`: lines `packet`; prints whether the signature holds, and all that the node says of itself.
`acknowledge`: lines `sender_key time text`; prints the acknowledgement of each.
`scope`: lines `name packet`; prints the transport code of each.
`make`: the one line is how many; prints lines `kind packet ...` of random packets, kind by kind.
"""

import contextlib
import hashlib
import io
import random
import struct
import sys

from meshcoredecoder.decoder.packet_decoder import MeshCorePacketDecoder
from meshcoredecoder.crypto.key_manager import MeshCoreKeyStore
from meshcoredecoder.types.crypto import DecryptionOptions
from pymc_core.protocol.crypto import CryptoUtils
from pymc_core.protocol.identity import Identity, LocalIdentity
from pymc_core.protocol.packet import Packet
from pymc_core.protocol.packet_builder import PacketBuilder
from pymc_core.protocol.transport_keys import calc_transport_code, get_auto_key_for


def hexadecimal(text):
    return bytes(text).hex() or "-"


def parse(text):
    return b"" if text == "-" else bytes.fromhex(text)


def packet_of(text):
    packet = Packet()
    assert packet.read_from(parse(text))
    assert packet.write_to() == parse(text)
    return packet


def read(line):
    packet = packet_of(line.strip())
    codes = packet.transport_codes if packet.has_transport_codes() else ["-", "-"]
    print(
        packet.get_route_type(), *codes, packet.get_payload_type(), packet.path_len, hexadecimal(packet.path),
        hexadecimal(packet.payload), packet.calculate_packet_hash()[:8].hex(),
    )


def channel(line):
    key, payload = map(parse, line.split())
    secret = key.ljust(32, b"\0")
    content = CryptoUtils.mac_then_decrypt(secret[:16], secret, payload[1:])
    assert payload[0] == hashlib.sha256(key).digest()[0]
    print(payload[0], hexadecimal(content))


def text(line):
    key, packet = line.split()
    keys = MeshCoreKeyStore({"channel_secrets": [key]})
    decoded = MeshCorePacketDecoder.decode(packet, DecryptionOptions(key_store=keys))
    assert decoded.is_valid, decoded.errors
    plain = decoded.payload["decoded"].decrypted
    words = f"{plain['sender']}: {plain['message']}" if plain["sender"] else plain["message"]
    print(plain["timestamp"], hexadecimal(words.encode()))


def datagram(line):
    receiver, sender, packet = line.split()
    receiver, sender, packet = LocalIdentity(parse(receiver)), LocalIdentity(parse(sender)), packet_of(packet)
    payload = bytes(packet.payload)
    assert payload[:2] == receiver.get_public_key()[:1] + sender.get_public_key()[:1]
    secret = Identity(sender.get_public_key()).calc_shared_secret(receiver.get_private_key())
    content = CryptoUtils.mac_then_decrypt(secret[:16], secret, payload[2:])
    print(packet.get_payload_type(), *payload[:2], secret.hex(), hexadecimal(content))


def anonymous(line):
    receiver, packet = line.split()
    receiver, packet = LocalIdentity(parse(receiver)), packet_of(packet)
    payload = bytes(packet.payload)
    secret = Identity(payload[1:33]).calc_shared_secret(receiver.get_private_key())
    content = CryptoUtils.mac_then_decrypt(secret[:16], secret, payload[33:])
    print(packet.get_payload_type(), payload[0], payload[1:33].hex(), hexadecimal(content))


def advert(line):
    # The package prints where a signature does not hold.
    with contextlib.redirect_stdout(io.StringIO()):
        decoded = MeshCorePacketDecoder.decode_with_verification(line.strip())
    payload = decoded.payload["decoded"]
    signed = bytes(packet_of(line.strip()).payload)
    identity = Identity(signed[:32])
    assert payload.signature_valid == identity.verify(signed[:36] + signed[100:], signed[36:100])
    data = payload.app_data
    location = data.get("location")
    place = [round(location[axis] * 1_000_000) for axis in ("latitude", "longitude")] if location else ["-", "-"]
    name = hexadecimal(data["name"].encode()) if data["has_name"] else "-"
    print(
        int(payload.signature_valid), payload.public_key.lower(), payload.timestamp, data["flags"] & 15, *place, name
    )


def acknowledge(line):
    sender, time, words = line.split()
    packet = PacketBuilder.create_ack(parse(sender), int(time), 0, parse(words))
    print(hexadecimal(packet.payload))


def scope(line):
    name, packet = line.split()
    print(calc_transport_code(get_auto_key_for(name), packet_of(packet)))


def make(line):
    source = random.Random(30)
    for _ in range(int(line)):
        path_size, codes = source.randint(1, 3), [source.randrange(65536) for _ in range(2)]
        hops = source.choice([0, 0, 1, 5, 63 // path_size])

        def travel(packet):
            route = source.randrange(4)
            packet.header = packet.header & ~3 | route
            packet.set_path(source.randbytes(hops * path_size), (path_size - 1) << 6 | hops)
            packet.transport_codes = codes
            return packet.write_to().hex()

        seeds = [source.randbytes(32), source.randbytes(32)]
        receiver, sender = map(LocalIdentity, seeds)
        if {receiver.get_public_key()[0], sender.get_public_key()[0]} & {0, 255}:
            continue
        secret = Identity(receiver.get_public_key()).calc_shared_secret(sender.get_private_key())
        content = source.randbytes(source.choice([1, 15, 16, 17, 100, 167]))
        kind = source.randrange(3)
        packet = PacketBuilder.create_datagram(kind, receiver, sender, secret, content)
        print("datagram", travel(packet), seeds[0].hex(), sender.get_public_key().hex(), content.hex())

        content = source.randbytes(source.choice([1, 16, 136]))
        packet = PacketBuilder.create_anon_req(receiver, sender, secret, content)
        print("anonymous", travel(packet), seeds[0].hex(), sender.get_public_key().hex(), content.hex())

        key = source.randbytes(16)
        words = "".join(source.choice("abc dé") for _ in range(source.randint(1, 60)))
        channels = [{"name": "swarm", "secret": key.hex()}]
        packet = PacketBuilder.create_group_datagram("swarm", sender, words, "node", channels)
        print("text", travel(packet), key.hex(), hexadecimal(f"node: {words}".encode()))

        role, features = source.randint(1, 4), [source.randrange(65536), source.randrange(65536)]
        location = source.choice([[0, 0], [source.randint(-90, 90) + 0.5, source.randint(-180, 179) + 0.25]])
        name = source.choice(["", "n", "a node's name"])
        packet = PacketBuilder.create_advert(sender, name, *location, *features, role)
        place = [int(axis * 1_000_000) for axis in location] if any(location) else ["-", "-"]
        print(
            "advert", travel(packet), sender.get_public_key().hex(), role, *place,
            *(feature or "-" for feature in features), hexadecimal(name.encode()), seeds[1].hex(),
        )

        packet = PacketBuilder.create_raw_data(source.randbytes(source.choice([1, 50, 184])))
        print("raw", travel(packet), packet.calculate_packet_hash()[:8].hex())


ways = {
    "read": read, "channel": channel, "text": text, "datagram": datagram, "anonymous": anonymous, "advert": advert,
    "acknowledge": acknowledge, "scope": scope, "make": make,
}
for line in sys.stdin:
    ways[sys.argv[1]](line)
