//! The measurements that BTHome v2 knows (bthome.io/format): what receivers call each, how wide it is, in what unit.
//!
//! Left out are events (buttons, dimmers, commands), text, time stamps and what describes the device: no field of
//! a beacon is one of these.

use super::Object;

/// Bytes as they are, with their number before them: for ids that are wider than any count.
pub(super) const RAW: Object = object((0x54, "raw", "", 0, 1, 0));

/// What a flag may be, by the name that Home Assistant gives it.
const FLAGS: [(u8, &str); 28] = [
    (0x0f, "generic"),
    (0x10, "power"),
    (0x11, "opening"),
    (0x15, "battery"),
    (0x16, "battery_charging"),
    (0x17, "carbon_monoxide"),
    (0x18, "cold"),
    (0x19, "connectivity"),
    (0x1a, "door"),
    (0x1b, "garage_door"),
    (0x1c, "gas"),
    (0x1d, "heat"),
    (0x1e, "light"),
    (0x1f, "lock"),
    (0x20, "moisture"),
    (0x21, "motion"),
    (0x22, "moving"),
    (0x23, "occupancy"),
    (0x24, "plug"),
    (0x25, "presence"),
    (0x26, "problem"),
    (0x27, "running"),
    (0x28, "safety"),
    (0x29, "smoke"),
    (0x2a, "sound"),
    (0x2b, "tamper"),
    (0x2c, "vibration"),
    (0x2d, "window"),
];

/// Object id, name, unit, bytes (below 0 where the number has a sign), and the factor: an integer and how many digits
/// of it are after the point.
type Row = (u8, &'static str, &'static str, i8, i64, u32);

/// What a number may be.
const NUMBERS: [Row; 57] = [
    (0x01, "battery", "%", 1, 1, 0),
    (0x02, "temperature", "°C", -2, 1, 2),
    (0x03, "humidity", "%", 2, 1, 2),
    (0x04, "pressure", "mbar", 3, 1, 2),
    (0x05, "illuminance", "lx", 3, 1, 2),
    (0x06, "mass", "kg", 2, 1, 2),
    (0x07, "mass", "lb", 2, 1, 2),
    (0x08, "dew_point", "°C", -2, 1, 2),
    (0x09, "count", "", 1, 1, 0),
    (0x0a, "energy", "kWh", 3, 1, 3),
    (0x0b, "power", "W", 3, 1, 2),
    (0x0c, "voltage", "V", 2, 1, 3),
    (0x0d, "pm25", "µg/m³", 2, 1, 0),
    (0x0e, "pm10", "µg/m³", 2, 1, 0),
    (0x12, "carbon_dioxide", "ppm", 2, 1, 0),
    (0x13, "volatile_organic_compounds", "µg/m³", 2, 1, 0),
    (0x14, "moisture", "%", 2, 1, 2),
    (0x2e, "humidity", "%", 1, 1, 0),
    (0x2f, "moisture", "%", 1, 1, 0),
    (0x3d, "count", "", 2, 1, 0),
    (0x3e, "count", "", 4, 1, 0),
    (0x3f, "rotation", "°", -2, 1, 1),
    (0x40, "distance", "mm", 2, 1, 0),
    (0x41, "distance", "m", 2, 1, 1),
    (0x42, "duration", "s", 3, 1, 3),
    (0x43, "current", "A", 2, 1, 3),
    (0x44, "speed", "m/s", 2, 1, 2),
    (0x45, "temperature", "°C", -2, 1, 1),
    (0x46, "uv_index", "", 1, 1, 1),
    (0x47, "volume", "L", 2, 1, 1),
    (0x48, "volume", "mL", 2, 1, 0),
    (0x49, "volume_flow_rate", "m³/h", 2, 1, 3),
    (0x4a, "voltage", "V", 2, 1, 1),
    (0x4b, "gas", "m³", 3, 1, 3),
    (0x4c, "gas", "m³", 4, 1, 3),
    (0x4d, "energy", "kWh", 4, 1, 3),
    (0x4e, "volume", "L", 4, 1, 3),
    (0x4f, "water", "L", 4, 1, 3),
    (0x51, "acceleration", "m/s²", 2, 1, 3),
    (0x52, "gyroscope", "°/s", 2, 1, 3),
    (0x55, "volume_storage", "L", 4, 1, 3),
    (0x56, "conductivity", "µS/cm", 2, 1, 0),
    (0x57, "temperature", "°C", -1, 1, 0),
    (0x58, "temperature", "°C", -1, 35, 2),
    (0x59, "count", "", -1, 1, 0),
    (0x5a, "count", "", -2, 1, 0),
    (0x5b, "count", "", -4, 1, 0),
    (0x5c, "power", "W", -4, 1, 2),
    (0x5d, "current", "A", -2, 1, 3),
    (0x5e, "direction", "°", 2, 1, 2),
    (0x5f, "precipitation", "mm", 2, 1, 1),
    (0x60, "channel", "", 1, 1, 0),
    (0x61, "rotational_speed", "rpm", 2, 1, 0),
    (0x62, "speed", "m/s", -4, 1, 6),
    (0x63, "acceleration", "m/s²", -4, 1, 6),
    (0x64, "light_level", "", 1, 1, 0),
    (0x65, "settings_revision", "", 1, 1, 0),
];

const fn object((id, property, unit, bytes, factor, decimals): Row) -> Object {
    Object {
        id,
        property,
        unit,
        bytes: bytes.unsigned_abs() as usize,
        is_signed: bytes < 0,
        factor,
        decimals,
    }
}

/// Objects for flags, in the order of their ids.
pub fn flags() -> impl Iterator<Item = Object> {
    FLAGS.into_iter().map(|(id, property)| object((id, property, "", 1, 1, 0)))
}

/// Objects for numbers, in the order of their ids.
pub fn numbers() -> impl Iterator<Item = Object> {
    NUMBERS.into_iter().map(object)
}

/// Flags and numbers of the same name are different things.
pub(super) fn is_flag(object: Object) -> bool {
    FLAGS.iter().any(|(id, _)| *id == object.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_ascend_and_none_is_there_twice() {
        let ids = |objects: Vec<Object>| objects.iter().map(|object| object.id).collect::<Vec<u8>>();
        let (flags, numbers) = (ids(flags().collect()), ids(numbers().collect()));
        assert!(flags.windows(2).all(|pair| pair[0] < pair[1]), "{flags:x?}");
        assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "{numbers:x?}");
        assert!(flags.iter().all(|id| !numbers.contains(id) && *id != RAW.id));
    }
}
