//! A kernel that advertises, publishes and observes, as text.

use super::{Adverts, MOST, RESPONSE, Tells, held_bits, part_bits};
use crate::leaves::act_on;
use std::fmt::Write;
use swarm_advert::bthome::Updates;
use swarm_advert::gatt::{Access, Characteristic, Content, Part, Uuid};
use swarm_advert::{
    Connectability, Field, Identity, Kind, Number, Places, Presence, Repeat, Rounding, Value, decimal,
};

impl Adverts {
    /// The kernel's text.
    pub fn kernel(&self) -> String {
        let mut text = String::from("swarm.kernel @test version 1 {\n");
        for value in 0..self.values() {
            for port in ["l", "h", "m"] {
                let _ = writeln!(text, "  swarm.io @{port}{value} : sense i32");
            }
        }
        let _ = writeln!(text, "  swarm.io @out : act i32\n  swarm.var @packet : tensor<{MOST}xi8>");
        self.declare(&mut text);
        text += "  swarm.on_timer @tick every 1000 ms {\n";
        let fields = self.beacon().fields.iter();
        let mut given: Vec<String> = Vec::new();
        for (number, field) in fields.enumerate() {
            let held = sense(&mut text, number, held_bits(&field.kind));
            let condition = condition(&mut text, number, field.presence);
            given.push(format!("{} = {held}{condition}", field.name));
        }
        let given = given.join(", ");
        let _ = writeln!(text, "    adv.advertise @b ({given})");
        for (number, (turn, _)) in self.packets(&self.least()).iter().enumerate() {
            let which = if turn & RESPONSE != 0 { " response" } else { "" };
            let turn = turn & !RESPONSE;
            let _ = writeln!(
                text,
                "    %n{number} = adv.pack @b turn {turn}{which} into @packet ({given})\n    swarm.act @out, %n{number}"
            );
        }
        let mut number = self.beacon().fields.len();
        let mut published = Vec::new();
        for characteristic in &self.service.characteristics {
            for part in &characteristic.parts {
                let held = sense(&mut text, number, part_bits(part));
                let condition = condition(&mut text, number, part.presence);
                published.push(format!("{}.{} = {held}{condition}", characteristic.name, part.name));
                number += 1;
            }
        }
        let _ = writeln!(text, "    adv.publish @s ({})\n  }}", published.join(", "));
        self.observer(&mut text);
        text + "}\n"
    }

    fn declare(&self, text: &mut String) {
        let beacon = self.beacon();
        let _ = write!(text, "  adv.beacon @b every {} ms", beacon.interval_ms);
        let owner = owner(beacon.identity);
        match &self.tells {
            Tells::Own(_) => text.push_str(&owner),
            Tells::Bthome(layout) if layout.updates == Updates::OnTrigger => {
                text.push_str(" bthome on_trigger")
            }
            Tells::Bthome(_) => text.push_str(" bthome"),
        }
        text.push_str(match beacon.connectability {
            Connectability::Connectable => " connectable",
            Connectability::Scannable => " scannable",
            Connectability::Neither => "",
        });
        for places in &beacon.places {
            let _ = match places {
                Places::Legacy => Ok(()),
                Places::LegacyAndScanResponse => write!(text, " scan_response"),
                Places::Extended { bytes } => write!(text, " extended {bytes}"),
            };
        }
        if beacon.flags.is_none() {
            text.push_str(" no_flags");
        }
        if let Some(name) = &beacon.local_name {
            let _ = write!(text, " local_name \"{name}\"");
        }
        if let Some(id) = beacon.layout_id {
            let _ = write!(text, " layout {id}");
        }
        if let Some(rotation) = beacon.rotation {
            let _ = write!(text, " rotate {} dwell {} ms", rotation.maximum_steps, rotation.dwell_ms);
        }
        let fields: Vec<String> = beacon.fields.iter().map(field_text).collect();
        let _ = writeln!(text, " {{ {} }}", fields.join(", "));
        let uuid = |uuid: Uuid| match uuid {
            Uuid::Assigned(id) => format!("{id:#x}"),
            Uuid::Own(_) => format!("\"{uuid}\""),
        };
        let one = |one: &Characteristic| {
            let notify = if one.access == Access::ReadAndNotify { " notify" } else { "" };
            let parts: Vec<String> = one.parts.iter().map(part_text).collect();
            format!("{} = {} read{notify} : [{}]", one.name, uuid(one.uuid), parts.join(", "))
        };
        let all: Vec<String> = self.service.characteristics.iter().map(one).collect();
        let _ = writeln!(text, "  adv.gatt @s service {} {{ {} }}", uuid(self.service.uuid), all.join(", "));
    }

    fn observer(&self, text: &mut String) {
        let Tells::Own(layout) = &self.tells else { return };
        let owner = owner(layout.beacon.identity);
        let _ = writeln!(text, "  adv.on_ble_advert @seen{owner} rssi {} {{", self.rssi);
        let mut asked = Vec::new();
        for (field, has) in &self.asked {
            let field = &layout.beacon.fields[*field];
            asked.push(match (has, held_bits(&field.kind)) {
                (true, _) => format!("has {}", field.name),
                (_, 32) => field.name.clone(),
                (_, bits) => format!("{} : i{bits}", field.name),
            });
        }
        let results: String = (0..asked.len()).map(|number| format!(", %r{number}")).collect();
        let _ = writeln!(text, "    %ok{results} = adv.read @b ({})", asked.join(", "));
        text.push_str("    %dbm = adv.rssi\n    %low, %high = adv.address\n    swarm.act @out, %dbm\n");
        text.push_str("    swarm.act @out, %low\n    swarm.act @out, %high\n");
        text.push_str("    %a = arith.extui %ok : i1 to i32\n    swarm.act @out, %a\n");
        for (number, (field, has)) in self.asked.iter().enumerate() {
            let bits = if *has { 1 } else { held_bits(&layout.beacon.fields[*field].kind) };
            act_on(text, number, bits);
        }
        text.push_str("  }\n");
    }

    /// Values that every field has.
    fn least(&self) -> Vec<Value> {
        let fields = self.beacon().fields.iter();
        fields.map(|field| field.value(0).expect("each field has a value")).collect()
    }
}

/// Reads a value's ports; what it is called, with its type.
fn sense(text: &mut String, value: usize, bits: u32) -> String {
    let _ = writeln!(text, "    %l{value} = swarm.sense @l{value}");
    match bits {
        1 => {
            let _ = writeln!(text, "    %v{value} = arith.trunci %l{value} : i32 to i1");
            format!("%v{value} : i1")
        }
        64 => {
            let _ = writeln!(
                text,
                "    %h{value} = swarm.sense @h{value}\n    %x{value} = arith.extui %l{value} : i32 to i64\n    \
                 %y{value} = arith.extui %h{value} : i32 to i64\n    %c{value} = arith.constant 32 : i64\n    \
                 %z{value} = arith.shli %y{value}, %c{value} : i64\n    %v{value} = arith.ori %x{value}, %z{value} : i64"
            );
            format!("%v{value} : i64")
        }
        _ => format!("%l{value}"),
    }
}

fn condition(text: &mut String, value: usize, presence: Presence) -> String {
    if presence == Presence::Always {
        return String::new();
    }
    let _ = writeln!(
        text,
        "    %p{value} = swarm.sense @m{value}\n    %m{value} = arith.trunci %p{value} : i32 to i1"
    );
    format!(" if %m{value}")
}

fn owner(identity: Identity) -> String {
    match identity {
        Identity::Company(id) => format!(" company {id}"),
        Identity::Service16(id) => format!(" service {id:#x}"),
        Identity::Service32(id) => format!(" service {id}"),
        Identity::Service128(id) => format!(" service \"{}\"", Uuid::Own(id)),
    }
}

fn names(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    names.join(", ")
}

fn number_text(number: &Number) -> String {
    let Number { low, high, step, decimals, unit, rounding } = number;
    let shown = |value: &i64| decimal(*value, *decimals);
    let mut text = format!("{} to {} by {}", shown(low), shown(high), shown(step));
    if !unit.is_empty() {
        let _ = write!(text, " unit \"{unit}\"");
    }
    text + if *rounding == Rounding::Floor { " floor" } else { "" }
}

fn missing(presence: Presence) -> &'static str {
    if presence == Presence::MayBeMissing { " missing" } else { "" }
}

fn field_text(field: &Field) -> String {
    let kind = match &field.kind {
        Kind::Flag => "flag".to_owned(),
        Kind::Id(bits) => format!("id {bits}"),
        Kind::Choice(choices) => format!("one_of [{}]", names(choices)),
        Kind::Number(number) => number_text(number),
    };
    let property = field.property.as_ref().map(|property| format!(" as \"{property}\"")).unwrap_or_default();
    let repeated = if field.repeat == Repeat::EveryAdvert { " repeated" } else { "" };
    format!("{} = {kind}{}{repeated}{property}", field.name, missing(field.presence))
}

fn part_text(part: &Part) -> String {
    let content = match &part.content {
        Content::Number(number) => number_text(number),
        Content::Choice(choices) => format!("one_of [{}]", names(choices)),
        Content::Set { names: all, bytes } => format!("set [{}] bytes {bytes}", names(all)),
    };
    format!("{} = {content}{}", part.name, missing(part.presence))
}
