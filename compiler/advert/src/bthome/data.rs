//! Values to BTHome's bytes.

use super::choose::{as_number, raw};
use super::{BthomeLayout, Object, Shape, Updates, objects};
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
    let mut packets = Vec::new();
    for Turn { before, data, fields, after, response, .. } in layout.packets() {
        let objects = fields.iter().flat_map(|field| objects[*field].clone());
        let data: Vec<u8> = data.into_iter().chain(objects).collect();
        packets.push([before, structure(TYPE_SERVICE_DATA_16, &data), after].concat());
        packets.extend(response);
    }
    Ok(packets)
}

/// What is on air in one turn, for whoever generates code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    pub before: Vec<u8>,
    /// Of the structure behind its length and type: the service and the device information, before the first object.
    pub data: Vec<u8>,
    /// The fields whose objects follow, in this order.
    pub fields: Vec<usize>,
    pub after: Vec<u8>,
    pub response: Option<Vec<u8>>,
    /// Bytes of the advert when nothing is missing.
    pub most_bytes: usize,
}

impl BthomeLayout {
    /// Each turn of the rotation.
    pub fn packets(&self) -> Vec<Turn> {
        let information = match self.updates {
            Updates::Regular => DEVICE_INFORMATION,
            Updates::OnTrigger => DEVICE_INFORMATION | ON_TRIGGER,
        };
        let Shape { before, after, after_response, .. } = &self.shape;
        let turn = |fields: &Vec<usize>| {
            let mut data = self.beacon.identity.bytes();
            data.push(information);
            let objects: usize = fields.iter().map(|field| self.fields[*field].bytes).sum();
            let response = (!after_response.is_empty()).then(|| after_response.clone());
            let most_bytes = before.len() + 2 + data.len() + objects + after.len();
            Turn {
                before: before.clone(),
                data,
                fields: fields.clone(),
                after: after.clone(),
                response,
                most_bytes,
            }
        };
        self.steps.iter().map(turn).collect()
    }

    /// The object's number for a field's code 0, and by how much it grows with each code.
    pub fn numbers(&self, field: usize) -> (i64, i64) {
        let Some(number) = as_number(&self.beacon.fields[field]) else { return (0, 1) };
        let object = &self.fields[field].object;
        let raw = |value| raw(object, &number, value).map_or(0, |(number, _)| number as i64);
        (raw(number.low), raw(number.step))
    }
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
