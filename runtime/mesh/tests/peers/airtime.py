"""LoRa time on air by the formula of Semtech's SX126x data sheet (6.1.4), in exact fractions.

Reads lines `divisor spreading_factor coding_rate preamble explicit crc length`, the bandwidth being 500 kHz by the
divisor; prints the microseconds of each. Written from the data sheet, not from the Rust beside it.
"""

import sys
from fractions import Fraction
from math import ceil


def time_on_air_us(divisor, sf, cr, preamble, explicit, crc, length):
    symbol_s = Fraction(2**sf, 1) / (Fraction(500_000) / divisor)
    low_data_rate = symbol_s >= Fraction(16, 1000)
    bits = 8 * length + 16 * crc - 4 * sf + 20 * explicit
    if sf < 7:
        sync, groups = Fraction(25, 4), Fraction(max(bits, 0), 4 * sf)
        if low_data_rate:
            groups = Fraction(max(bits, 0), 4 * (sf - 2))
    else:
        sync = Fraction(17, 4)
        groups = Fraction(max(bits + 8, 0), 4 * (sf - 2 * low_data_rate))
    symbols = preamble + sync + 8 + ceil(groups) * cr
    microseconds = symbols * symbol_s * 1_000_000
    assert microseconds.denominator == 1
    return microseconds.numerator


for line in sys.stdin:
    print(time_on_air_us(*map(int, line.split())))
