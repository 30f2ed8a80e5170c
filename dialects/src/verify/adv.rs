//! Beacons, services, and what is told and heard of them.

use super::{Scope, meant};
use crate::adverts::model::gatt::Content;
use crate::adverts::model::{AdvertError, Field, Layout, Presence, check_ids};
use crate::adverts::{
    Given, Plan, asked, filter, given, held_bits, is_held, part_bits, part_of, plan, service,
};
use crate::{OpView, Var, adv, var_type};
use melior::ir::{OperationRef, ValueLike};

/// Checks the declarations.
pub fn declared<'c: 'a, 'a>(scope: &Scope<'c, 'a>, members: &[OperationRef<'c, 'a>]) {
    let mut layouts: Vec<(Layout, OperationRef)> = Vec::new();
    for &op in members {
        if let Some(beacon) = adv::Beacon::cast(op) {
            match plan(beacon) {
                Ok(Plan::Own(layout)) => layouts.push((layout, op)),
                Ok(Plan::Bthome(_)) => {}
                Err(error) => report(scope, op, &error),
            }
        } else if let Some(Err(error)) = adv::Gatt::cast(op).map(service) {
            report(scope, op, &error);
        } else if let Some(Err(error)) = adv::OnBleAdvert::cast(op).map(filter) {
            report(scope, op, &error);
        }
    }
    for count in 1..=layouts.len() {
        let some: Vec<&Layout> = layouts[..count].iter().map(|(layout, _)| layout).collect();
        if let Err(error) = check_ids(&some) {
            return report(scope, layouts[count - 1].1, &error);
        }
    }
}

/// An error of the planner, with its numbers and its own help.
fn report(scope: &Scope, op: OperationRef, error: &AdvertError) {
    let field = error.field.as_ref().map(|field| format!("'{field}': ")).unwrap_or_default();
    let details: String = error.details.iter().map(|line| format!("\n{line}")).collect();
    scope.error(op, error.code, &format!("{field}{}{details}\nhelp: {}", error.message, error.help));
}

/// Checks one op.
pub fn op<'c: 'a, 'a>(scope: &Scope<'c, 'a>, handler: OperationRef<'c, 'a>, op: OperationRef<'c, 'a>) {
    let heard =
        adv::Read::cast(op).is_some() || adv::Rssi::cast(op).is_some() || adv::Address::cast(op).is_some();
    let heard = heard || adv::Heard::cast(op).is_some() || adv::HeardBytes::cast(op).is_some();
    if heard && adv::OnBleAdvert::cast(handler).is_none() {
        let message = "only a handler of kind adv.on_ble_advert knows this";
        scope.error_with(op, "event", message, (handler, "this handler is another"));
    }
    if let Some(publish) = adv::Publish::cast(op) {
        published(scope, publish);
    } else if let Some(read) = adv::Read::cast(op) {
        reading(scope, read);
    } else if let Some(pack) = adv::Pack::cast(op) {
        if let Some((beacon, plan)) = beacon(scope, op, pack.beacon()) {
            told(scope, op, (beacon, &plan));
            packet(scope, pack, (beacon, &plan));
        }
    } else if let Some(advertise) = adv::Advertise::cast(op) {
        if let Some((beacon, plan)) = beacon(scope, op, advertise.beacon()) {
            told(scope, op, (beacon, &plan));
        }
    } else if let Some(air) = adv::Air::cast(op) {
        beacon(scope, op, air.beacon());
    } else if let Some(tell) = adv::Tell::cast(op) {
        let Some(gatt) = scope.find::<adv::Gatt>(op, tell.service(), "service") else { return };
        let Ok(service) = service(gatt) else { return };
        if usize::try_from(tell.characteristic()).is_ok_and(|place| place < service.characteristics.len()) {
            return;
        }
        scope.error_with(op, "advert-field", "the service has no such characteristic", (gatt.op(), DECLARED));
    }
}

const DECLARED: &str = "it is declared here";

/// A beacon with its plan; one that is wrong was reported where it stands.
fn beacon<'c: 'a, 'a>(
    scope: &Scope<'c, 'a>,
    op: OperationRef<'c, 'a>,
    name: &str,
) -> Option<(adv::Beacon<'c, 'a>, Plan)> {
    let beacon = scope.find::<adv::Beacon>(op, name, "beacon")?;
    Some((beacon, plan(beacon).ok()?))
}

fn find<'f>(fields: &'f [Field], name: &str) -> Option<(usize, &'f Field)> {
    fields.iter().enumerate().find(|(_, field)| field.name == name)
}

fn unknown(beacon: adv::Beacon, fields: &[Field], name: &str) -> String {
    let meant = meant(name, fields.iter().map(|field| field.name.as_str()));
    format!("@{} has no field '{name}'{meant}", beacon.sym_name())
}

/// The values that a beacon is given.
fn told<'c: 'a, 'a>(
    scope: &Scope<'c, 'a>,
    op: OperationRef<'c, 'a>,
    (beacon, plan): (adv::Beacon<'c, 'a>, &Plan),
) {
    let fields = &plan.beacon().fields;
    let given = given(op).unwrap_or_default();
    let wrong = |text: String| scope.error_with(op, "advert-field", &text, (beacon.op(), DECLARED));
    for (place, one) in given.iter().enumerate() {
        let path = &one.path;
        let Some((_, field)) = find(fields, path) else {
            wrong(unknown(beacon, fields, path));
            continue;
        };
        if given[..place].iter().any(|earlier| earlier.path == *path) {
            wrong(format!("'{path}' is given twice"));
        }
        value(scope, op, one, (held_bits(&field.kind), field.presence));
    }
    // Who misspelt a field need not be told of the one that was meant, too.
    if given.iter().any(|one| find(fields, &one.path).is_none()) {
        return;
    }
    let is_given = |field: &Field| given.iter().any(|given| given.path == field.name);
    let left: Vec<String> = fields
        .iter()
        .filter(|field| field.presence == Presence::Always && !is_given(field))
        .map(|field| format!("'{}'", field.name))
        .collect();
    if !left.is_empty() {
        wrong(format!("{}: no value is given", left.join(", ")));
    }
}

/// One value, and its condition.
fn value(scope: &Scope, op: OperationRef, given: &Given, (bits, presence): (u32, Presence)) {
    let (path, r#type) = (&given.path, given.value.r#type());
    if !is_held(r#type, bits) {
        scope.error(op, "held-type", &format!("'{path}' is an i{bits} in a handler, not {}", r#type));
    }
    if given.condition.is_some() && presence == Presence::Always {
        scope.error(
            op,
            "advert-presence",
            &format!("'{path}' is never missing: declare it `missing`, or leave `if` away"),
        );
    }
}

/// The turn that is packed, and the array that holds it.
fn packet<'c: 'a, 'a>(
    scope: &Scope<'c, 'a>,
    op: adv::Pack<'c, 'a>,
    (beacon, plan): (adv::Beacon<'c, 'a>, &Plan),
) {
    let turn = op.turn().unwrap_or(0);
    let bytes = usize::try_from(turn).ok().and_then(|turn| plan.bytes(turn, op.response()));
    let Some(bytes) = bytes else {
        let response = if op.response() { " with a scan response" } else { "" };
        let text = format!("@{} has no turn {turn}{response}: it has {}", beacon.sym_name(), plan.turns());
        return scope.error_with(op.op(), "turn", &text, (beacon.op(), DECLARED));
    };
    let Some(var) = scope.find::<Var>(op.op(), op.packet(), "variable") else { return };
    let room = var_type(var.r#type()).filter(|r#type| r#type.bits == 8 && r#type.shape.len() == 1);
    let (name, packet) = (beacon.sym_name(), op.packet());
    let Some(room) = room.map(|r#type| r#type.elements()) else {
        let text = format!("an advert is in a tensor of i8, not in {}", var.r#type());
        return scope.error_with(op.op(), "packet", &text, (var.op(), DECLARED));
    };
    if room < bytes as u64 {
        let text = format!("@{name} takes {bytes} bytes, and @{packet} has {room}");
        scope.error_with(op.op(), "packet", &text, (var.op(), DECLARED));
    }
}

/// The fields that an observer asks for.
fn reading<'c: 'a, 'a>(scope: &Scope<'c, 'a>, op: adv::Read<'c, 'a>) {
    let Some((beacon, plan)) = beacon(scope, op.op(), op.beacon()) else { return };
    let wrong = |text: String| scope.error_with(op.op(), "advert-field", &text, (beacon.op(), DECLARED));
    if matches!(plan, Plan::Bthome(_)) {
        let text = format!("@{} is of BTHome, which kernels tell and do not read", beacon.sym_name());
        return scope.error_with(op.op(), "advert-read", &text, (beacon.op(), DECLARED));
    }
    let asked = asked(op);
    for (place, one) in asked.iter().enumerate() {
        let name = &one.name;
        let Some((number, field)) = find(&plan.beacon().fields, name) else {
            wrong(unknown(beacon, &plan.beacon().fields, name));
            continue;
        };
        if asked[..place].iter().any(|earlier| earlier.name == *name && earlier.has == one.has) {
            wrong(format!("'{name}' is asked for twice"));
        }
        let bits = if one.has { 1 } else { held_bits(&field.kind) };
        if !is_held(one.r#type, bits) {
            let text = format!("'{name}' is an i{bits} in a handler, not {}", one.r#type);
            scope.error(op.op(), "held-type", &text);
        }
        if one.has && field.presence == Presence::Always && plan.is_everywhere(number) {
            let text = format!("'{name}' is in every advert: `has` asks for what may not be there");
            scope.error_with(op.op(), "advert-presence", &text, (beacon.op(), DECLARED));
        }
    }
}

/// The parts that a service is given.
fn published<'c: 'a, 'a>(scope: &Scope<'c, 'a>, op: adv::Publish<'c, 'a>) {
    let Some(gatt) = scope.find::<adv::Gatt>(op.op(), op.service(), "service") else { return };
    let Ok(service) = service(gatt) else { return };
    let wrong = |text: String| scope.error_with(op.op(), "advert-field", &text, (gatt.op(), DECLARED));
    let given = given(op.op()).unwrap_or_default();
    let places: Vec<_> = given.iter().map(|given| part_of(&service, &given.path)).collect();
    for (number, (one, place)) in given.iter().zip(&places).enumerate() {
        let path = &one.path;
        let Some((characteristic, part)) = *place else {
            let parts = service.characteristics.iter().flat_map(|characteristic| {
                characteristic.parts.iter().map(|part| match characteristic.parts.len() {
                    1 => characteristic.name.clone(),
                    _ => format!("{}.{}", characteristic.name, part.name),
                })
            });
            let parts: Vec<String> = parts.collect();
            let meant = meant(path, parts.iter().map(String::as_str));
            wrong(format!("@{} has no part '{path}'{meant}", op.service()));
            continue;
        };
        if places[..number].contains(place) {
            wrong(format!("'{path}' is given twice"));
        }
        let part = &service.characteristics[characteristic].parts[part];
        let presence =
            if matches!(part.content, Content::Set { .. }) { Presence::Always } else { part.presence };
        value(scope, op.op(), one, (part_bits(part), presence));
    }
    for (number, characteristic) in service.characteristics.iter().enumerate() {
        if !places.iter().flatten().any(|(named, _)| *named == number) {
            continue;
        }
        for (place, part) in characteristic.parts.iter().enumerate() {
            if part.presence == Presence::Always && !places.contains(&Some((number, place))) {
                wrong(format!(
                    "of '{}' all parts are given, and '{}' is not",
                    characteristic.name, part.name
                ));
            }
        }
    }
}
