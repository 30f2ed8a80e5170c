//! Values to BTHome's bytes.

use super::choose::{as_number, raw};
use super::{BthomeLayout, Object, Updates, objects};
use crate::structures::{TYPE_SERVICE_DATA_16, structure};
use crate::{PackError, Value};

/// Version 2 in the upper three bits; bit 2 is for devices that send when something happens; bit 0 would be encryption.
const DEVICE_INFORMATION: u8 = 2 << 5;
const ON_TRIGGER: u8 = 1 << 2;

/// All packets of one rotation: each step's advert, then its scan response if the name is there. What is missing
/// is left out.
pub fn pack(layout: &BthomeLayout, values: &[Value]) -> Result<Vec<Vec<u8>>, PackError> {
    let fields = &layout.beacon.fields;
    if fields.len() != values.len() {
        return Err(PackError::Count { fields: fields.len(), values: values.len() });
    }
    let object = |(field, value): (usize, &Value)| {
        // Rounded and clamped as in our own format: both say the same.
        let code = fields[field].code(*value).map_err(|misfit| PackError::Value { field, misfit })?;
        let value = fields[field].value(code).expect("a code that a value gave has a value");
        Ok(bytes(layout, field, value))
    };
    let objects: Vec<Vec<u8>> = values.iter().enumerate().map(object).collect::<Result<_, PackError>>()?;
    let shape = &layout.shape;
    let mut packets = Vec::new();
    for step in &layout.steps {
        let information = match layout.updates {
            Updates::Regular => DEVICE_INFORMATION,
            Updates::OnTrigger => DEVICE_INFORMATION | ON_TRIGGER,
        };
        let mut data = layout.beacon.identity.bytes();
        data.push(information);
        step.iter().for_each(|field| data.extend(&objects[*field]));
        packets.push([&*shape.before, &structure(TYPE_SERVICE_DATA_16, &data), &shape.after].concat());
        if !shape.after_response.is_empty() {
            packets.push(shape.after_response.clone());
        }
    }
    Ok(packets)
}

/// Id and number of one object.
fn bytes(layout: &BthomeLayout, field: usize, value: Value) -> Vec<u8> {
    let object = &layout.fields[field].object;
    let number = match value {
        Value::Missing => return Vec::new(),
        Value::Id(id) if *object == objects::RAW => {
            return raw_bytes(object, id, layout.fields[field].bytes - 2);
        }
        Value::Id(number) | Value::Choice(number) => i128::from(number),
        Value::Flag(flag) => i128::from(flag),
        Value::Number(value) => {
            let number =
                as_number(&layout.beacon.fields[field]).expect("its kind was number when it was chosen");
            raw(object, &number, value).expect("each value of the range was seen to fit").0
        }
    };
    [&[object.id], &number.to_le_bytes()[..object.bytes]].concat()
}

fn raw_bytes(object: &Object, id: u64, bytes: usize) -> Vec<u8> {
    [&[object.id, bytes as u8], &id.to_le_bytes()[..bytes]].concat()
}
