"""Adverts as Home Assistant reads them, by the package `bthome-ble`.

Lines of hexadecimal adverts in; for each a line of `name=value` words out, sorted by name: `temperature=21.5`, `door=on`.
A device that says it sends on a trigger adds the word `sleepy`. A warning of the package ends the script.
"""

import logging
import sys

from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bthome_ble.parser import BTHomeBluetoothDeviceData
from habluetooth import BluetoothServiceInfoBleak

SERVICE = "0000fcd2-0000-1000-8000-00805f9b34fb"
ADDRESS = "A4:C1:38:8D:18:B2"


class Stop(logging.Handler):
    def emit(self, record):
        if record.levelno >= logging.WARNING:
            sys.exit(f"the package complains: {record.getMessage()}")


def structures(advert):
    while advert:
        length = advert[0]
        assert length and length < len(advert), advert.hex()
        yield advert[1], advert[2 : 1 + length]
        advert = advert[1 + length :]


def read(line):
    data = dict(structures(bytes.fromhex(line)))
    assert data[0x16][:2] == b"\xd2\xfc", line
    service_data = {SERVICE: data[0x16][2:]}
    info = BluetoothServiceInfoBleak(
        name="swarm",
        address=ADDRESS,
        rssi=-60,
        manufacturer_data={},
        service_data=service_data,
        service_uuids=[SERVICE],
        source="",
        device=BLEDevice(ADDRESS, "swarm", None),
        advertisement=AdvertisementData("swarm", {}, service_data, [SERVICE], None, -60, ()),
        time=0,
        connectable=False,
        tx_power=None,
    )
    device = BTHomeBluetoothDeviceData()
    update = device.update(info)
    words = [f"{key.key}={value.native_value}" for key, value in update.entity_values.items() if key.key != "signal_strength"]
    for key, value in update.binary_entity_values.items():
        words.append(f"{key.key}={'on' if value.native_value else 'off'}")
    if device.sleepy_device:
        words.append("sleepy")
    print(" ".join(sorted(words)))


logging.getLogger("bthome_ble").addHandler(Stop())
for line in sys.stdin:
    read(line.strip())
