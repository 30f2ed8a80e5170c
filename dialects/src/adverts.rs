//! Beacons and GATT services as a kernel declares them, for the planner of adverts; and the fields that an op names.

use crate::schema::{array, text};
use crate::{OpView, adv, integer_bits};
use melior::ir::attribute::{DenseI32ArrayAttribute, IntegerAttribute};
use melior::ir::operation::OperationLike;
use melior::ir::{Attribute, Type, Value, ValueLike};
use std::cell::RefCell;
use swarm_advert::bthome::{self, BthomeLayout, Updates};
use swarm_advert::gatt::{self, Access, Characteristic, Content, Part, Service, Uuid};
use swarm_advert::{
    AdvertError, Beacon, Cell, Connectability, Field, Identity, Kind, Layout, MAXIMUM_DECIMALS, Number,
    Places, Presence, Repeat, Rotation, Rounding,
};

pub use swarm_advert as model;

/// What is on air for a beacon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    Own(Layout),
    Bthome(BthomeLayout),
}

impl Plan {
    /// As it was declared.
    pub fn beacon(&self) -> &Beacon {
        match self {
            Self::Own(layout) => &layout.beacon,
            Self::Bthome(layout) => &layout.beacon,
        }
    }

    /// Where it is put.
    pub fn places(&self) -> Places {
        match self {
            Self::Own(layout) => layout.places,
            Self::Bthome(layout) => layout.places,
        }
    }

    /// Adverts that take turns.
    pub fn turns(&self) -> usize {
        match self {
            Self::Own(layout) => layout.steps.len(),
            Self::Bthome(layout) => layout.steps.len(),
        }
    }

    /// Whether some turn has a scan response.
    pub fn has_response(&self) -> bool {
        (0..self.turns()).any(|turn| self.bytes(turn, true).is_some())
    }

    /// The most bytes of an advert or of its scan response; none where there is no such.
    pub fn bytes(&self, turn: usize, response: bool) -> Option<usize> {
        match self {
            Self::Own(layout) => {
                let step = layout.steps.get(turn)?;
                let packet = if response { step.response.as_ref()? } else { &step.advert };
                Some(packet.bytes())
            }
            Self::Bthome(layout) => {
                let packet = layout.packets().into_iter().nth(turn)?;
                if response {
                    packet.response.map(|response| response.len())
                } else {
                    Some(packet.most_bytes)
                }
            }
        }
    }

    /// Whether each advert of the rotation carries a field.
    pub fn is_everywhere(&self, field: usize) -> bool {
        match self {
            Self::Own(layout) => layout.frames().all(|frame| frame.fields().any(|carried| carried == field)),
            Self::Bthome(layout) => layout.steps.iter().all(|step| step.contains(&field)),
        }
    }
}

/// Plans of one thread that were made lately: verifier, lowering and descriptor ask for the same ones.
const KEPT: usize = 32;

type Planned = ((Beacon, Option<Updates>), Result<Plan, AdvertError>);

thread_local! {
    static PLANS: RefCell<Vec<Planned>> = const { RefCell::new(Vec::new()) };
}

/// Plans a beacon; what is wrong with it names its field where it is about one.
pub fn plan(op: adv::Beacon) -> Result<Plan, AdvertError> {
    let declared = declared(op)?;
    let known = PLANS.with_borrow(|plans| {
        plans.iter().find(|(known, _)| *known == declared).map(|(_, planned)| planned.clone())
    });
    if let Some(known) = known {
        return known;
    }
    let planned = match declared.1 {
        Some(updates) => bthome::plan(&declared.0, updates).map(Plan::Bthome),
        None => swarm_advert::plan(&declared.0).and_then(computable).map(Plan::Own),
    };
    PLANS.with_borrow_mut(|plans| {
        if plans.len() >= KEPT {
            drop(plans.remove(0));
        }
        plans.push((declared, planned.clone()));
    });
    planned
}

/// Handlers compute with 64 bits: what is one number of more is taken apart by counts of 32.
pub fn computable(layout: Layout) -> Result<Layout, AdvertError> {
    let is_wide = |cell: &&Cell| cell.width > 64 && cell.digits.iter().any(|digit| digit.count > 1 << 32);
    let Some(cell) = layout.frames().flat_map(|frame| &frame.cells).find(is_wide) else { return Ok(layout) };
    let names = cell.digits.iter().map(|digit| format!("'{}'", layout.beacon.fields[digit.field].name));
    let names: Vec<String> = names.collect();
    let message = format!("{} would be one number of {} bits", names.join(", "), cell.width);
    let help = "let a range of more than 32 bits have a power of two of values, or allow one more byte";
    Err(wrong("advert-wide", message, help))
}

fn wrong(code: &'static str, message: impl Into<String>, help: &str) -> AdvertError {
    AdvertError { code, message: message.into(), field: None, details: Vec::new(), help: help.to_owned() }
}

fn integer(array: &[Attribute], place: usize) -> Option<i64> {
    Some(IntegerAttribute::try_from(*array.get(place)?).ok()?.value())
}

/// A clause's number, if it is within its bounds.
fn bounded<T: TryFrom<i64>>(clause: &[Attribute], place: usize, what: &str) -> Result<T, AdvertError> {
    let number = integer(clause, place).unwrap_or(-1);
    T::try_from(number).map_err(|_| {
        wrong(
            "advert-clause",
            format!("`{what} {number}` is out of range"),
            "dialects/OPS.md lists the clauses",
        )
    })
}

/// Who data belongs to, by the clauses of a beacon or an observer; each clause is there once.
fn identity(clauses: &[Vec<Attribute>]) -> Result<Option<Identity>, AdvertError> {
    let mut found = None;
    for clause in clauses {
        let identity = match text(clause, 0).as_str() {
            "company" => Identity::Company(bounded(clause, 1, "company")?),
            "service" => match integer(clause, 1) {
                Some(number) => match (u16::try_from(number), u32::try_from(number)) {
                    (Ok(short), _) => Identity::Service16(short),
                    (_, Ok(long)) => Identity::Service32(long),
                    _ => return Err(bounded::<u32>(clause, 1, "service").expect_err("it was tried")),
                },
                None => Identity::Service128(long_uuid(&text(clause, 1))?),
            },
            _ => continue,
        };
        if found.replace(identity).is_some() {
            let help = "write `company 0xFFFF` or `service ...`, one of them";
            return Err(wrong("advert-clause", "data belongs to one company or service", help));
        }
    }
    Ok(found)
}

fn long_uuid(written: &str) -> Result<u128, AdvertError> {
    let groups: Vec<usize> = written.split('-').map(str::len).collect();
    let digits: String = written.split('-').collect();
    let plain = digits.chars().all(|c| c.is_ascii_hexdigit());
    let number = u128::from_str_radix(&digits, 16).ok().filter(|_| plain && groups == [8, 4, 4, 4, 12]);
    number.ok_or_else(|| {
        let message = format!("'{}' is no UUID", written.escape_debug());
        let help = "write 32 hexadecimal digits in groups: \"486f0000-acae-4684-832f-8fd65c190ba2\"";
        wrong("uuid", message, help)
    })
}

fn clauses<'c>(attribute: Attribute<'c>) -> Result<Vec<Vec<Attribute<'c>>>, AdvertError> {
    let clauses: Vec<Vec<Attribute>> = array(attribute).into_iter().map(array).collect();
    for (number, clause) in clauses.iter().enumerate() {
        let name = text(clause, 0);
        if clauses[..number].iter().any(|other| text(other, 0) == name) {
            let message = format!("`{name}` is there twice");
            return Err(wrong("advert-clause", message, "write each clause once"));
        }
    }
    Ok(clauses)
}

fn declared(op: adv::Beacon) -> Result<(Beacon, Option<Updates>), AdvertError> {
    let clauses = clauses(op.clauses())?;
    let find = |name: &str| clauses.iter().find(|clause| text(clause, 0) == name);
    if find("rssi").is_some() {
        let help = "it is a clause of `adv.on_ble_advert`";
        return Err(wrong("advert-clause", "a beacon has no `rssi`", help));
    }
    let updates = find("bthome").map(|clause| match text(clause, 1).as_str() {
        "" => Updates::Regular,
        _ => Updates::OnTrigger,
    });
    let identity = match (identity(&clauses)?, updates) {
        (None | Some(Identity::Service16(bthome::SERVICE)), Some(_)) => Identity::Service16(bthome::SERVICE),
        (Some(_), Some(_)) => {
            let help = "leave company and service away: BTHome has its own";
            return Err(wrong("advert-clause", "BTHome's data belongs to service 0xFCD2", help));
        }
        (Some(identity), None) => identity,
        (None, None) => {
            let help = "write `company 0xFFFF` for tests, or the service's UUID: `service \"486f...\"`";
            return Err(wrong("advert-clause", "a beacon says whose data it has", help));
        }
    };
    let fields = array(op.fields()).into_iter().map(|attribute| field(&array(attribute)));
    let mut beacon = Beacon::new(op.sym_name(), identity, fields.collect::<Result<_, _>>()?);
    let Some(every) = find("every") else {
        let help = "write for example `every 1000 ms`";
        return Err(wrong("advert-clause", "a beacon says how often it is sent", help));
    };
    beacon.interval_ms = bounded(every, 1, "every")?;
    beacon.connectability = match (find("connectable"), find("scannable")) {
        (Some(_), _) => Connectability::Connectable,
        (None, Some(_)) => Connectability::Scannable,
        (None, None) => Connectability::Neither,
    };
    if find("no_flags").is_some() {
        beacon.flags = None;
    }
    if find("scan_response").is_some() {
        beacon.places.push(Places::LegacyAndScanResponse);
    }
    if let Some(clause) = find("extended") {
        beacon.places.push(Places::Extended { bytes: bounded(clause, 1, "extended")? });
    }
    if let Some(clause) = find("layout") {
        beacon.layout_id = Some(bounded(clause, 1, "layout")?);
    }
    beacon.local_name = find("local_name").map(|clause| text(clause, 1));
    if let Some(clause) = find("rotate") {
        let maximum_steps = bounded(clause, 1, "rotate")?;
        beacon.rotation = Some(Rotation { dwell_ms: bounded(clause, 2, "dwell")?, maximum_steps });
    }
    Ok((beacon, updates))
}

/// What a field holds, before it is known whether an advert or a characteristic.
enum Holds {
    Number(Number),
    Flag,
    Bits(u32),
    Names(Vec<String>),
    Set(Vec<String>, usize),
}

fn field(field: &[Attribute]) -> Result<Field, AdvertError> {
    let name = text(field, 0);
    let named = |error: AdvertError| AdvertError { field: Some(name.clone()), ..error };
    let kind = match holds(field).map_err(named)? {
        Holds::Number(number) => Kind::Number(number),
        Holds::Flag => Kind::Flag,
        Holds::Bits(bits) => Kind::Id(bits),
        Holds::Names(names) => Kind::Choice(names),
        Holds::Set(..) => {
            let help = "write `flags 4`: one bit for each";
            return Err(named(wrong(
                "advert-kind",
                "a set is part of a characteristic, not of an advert",
                help,
            )));
        }
    };
    let mut field_made = Field::new(name.clone(), kind);
    for (modifier, value) in modifiers(field) {
        match modifier.as_str() {
            "missing" => field_made.presence = Presence::MayBeMissing,
            "repeated" => field_made.repeat = Repeat::EveryAdvert,
            "as" => field_made.property = Some(value),
            _ => {}
        }
    }
    Ok(field_made)
}

/// The words behind what a field holds, with their texts.
fn modifiers(field: &[Attribute]) -> Vec<(String, String)> {
    let words = field.get(3).map(|words| array(*words)).unwrap_or_default();
    (0..words.len() / 2).map(|i| (text(&words, 2 * i), text(&words, 2 * i + 1))).collect()
}

fn holds(field: &[Attribute]) -> Result<Holds, AdvertError> {
    let needs = field.get(2).map(|needs| array(*needs)).unwrap_or_default();
    let modifiers = modifiers(field);
    let kind = text(field, 1);
    let is_number = kind == "number";
    for (place, (word, _)) in modifiers.iter().enumerate() {
        if modifiers[..place].iter().any(|(other, _)| other == word) {
            return Err(wrong("advert-kind", format!("`{word}` is there twice"), "write it once"));
        }
        if ["unit", "floor"].contains(&word.as_str()) && !is_number {
            let message = format!("only numbers have `{word}`");
            return Err(wrong("advert-kind", message, "leave it away"));
        }
    }
    let names = |count: usize| (0..count).map(|place| text(&needs, place)).collect();
    Ok(match kind.as_str() {
        "number" => Holds::Number(number(&needs, &modifiers)?),
        "flag" => Holds::Flag,
        "flags" | "id" => {
            Holds::Bits(integer(&needs, 0).and_then(|bits| u32::try_from(bits).ok()).unwrap_or(0))
        }
        "one_of" => Holds::Names(names(needs.len())),
        _ => {
            let last = needs.len().saturating_sub(1);
            let bytes = integer(&needs, last).and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(0);
            Holds::Set(names(last), bytes)
        }
    })
}

/// A range: all its numbers in units of the last digit of any.
fn number(needs: &[Attribute], modifiers: &[(String, String)]) -> Result<Number, AdvertError> {
    let mut written: Vec<String> = (0..needs.len()).map(|place| text(needs, place)).collect();
    if written.len() < 3 {
        written.push("1".to_owned());
    }
    let digits = |written: &String| written.split_once('.').map_or(0, |(_, digits)| digits.len());
    let decimals = written.iter().map(digits).max().unwrap_or(0);
    let units = written.iter().map(|written| units(written, decimals)).collect::<Option<Vec<i64>>>();
    let (Some(&[low, high, step]), true) = (units.as_deref(), decimals <= MAXIMUM_DECIMALS as usize) else {
        let help = "write numbers of at most 18 digits, 9 of them after the point";
        return Err(wrong("advert-decimals", format!("{} has too many digits", written.join(", ")), help));
    };
    let modifier = |word: &str| modifiers.iter().find(|(known, _)| known == word);
    let unit = modifier("unit").map(|(_, unit)| unit.clone()).unwrap_or_default();
    let rounding = if modifier("floor").is_some() { Rounding::Floor } else { Rounding::Nearest };
    Ok(Number { low, high, step, decimals: decimals as u32, unit, rounding })
}

/// "-40.5" with 2 decimals is -4050.
fn units(written: &str, decimals: usize) -> Option<i64> {
    let (whole, digits) = written.split_once('.').unwrap_or((written, ""));
    format!("{whole}{digits:0<decimals$}").parse().ok()
}

/// The service that an op declares, checked.
pub fn service(op: adv::Gatt) -> Result<Service, AdvertError> {
    let uuid = |attribute: Attribute| match integer(&[attribute], 0) {
        Some(number) => u16::try_from(number).map(Uuid::Assigned).map_err(|_| {
            wrong("uuid", format!("{number:#x} is no UUID of 16 bits"), "write others in full, in quotes")
        }),
        None => long_uuid(&text(&[attribute], 0)).map(Uuid::Own),
    };
    if integer(&[op.service()], 0).is_none() && text(&[op.service()], 0) == "capability" {
        return Ok(Service { name: op.sym_name().to_owned(), ..gatt::capability_registry() });
    }
    let characteristic = |attribute: Attribute| {
        let declared = array(attribute);
        let name = text(&declared, 0);
        let named = |error: AdvertError| AdvertError { field: Some(name.clone()), ..error };
        let Some(id) = declared.get(1) else {
            return Err(named(wrong("uuid", "a characteristic has a UUID", "write it behind the name")));
        };
        let access = if integer(&declared, 2) == Some(0) { Access::Read } else { Access::ReadAndNotify };
        let parts = declared.get(3).map(|parts| array(*parts)).unwrap_or_default();
        let parts = parts.into_iter().map(|part_given| part(&array(part_given)));
        let parts = parts.collect::<Result<_, _>>().map_err(named)?;
        Ok(Characteristic { name: name.clone(), uuid: uuid(*id).map_err(named)?, access, parts })
    };
    let characteristics = array(op.characteristics()).into_iter().map(characteristic);
    let characteristics = characteristics.collect::<Result<_, _>>()?;
    let service = Service { name: op.sym_name().to_owned(), uuid: uuid(op.service())?, characteristics };
    service.check().map(|()| service)
}

fn part(declared: &[Attribute]) -> Result<Part, AdvertError> {
    let content = match holds(declared)? {
        Holds::Number(number) => Content::Number(number),
        Holds::Names(names) => Content::Choice(names),
        Holds::Set(names, bytes) => Content::Set { names, bytes },
        Holds::Flag | Holds::Bits(_) => {
            let help = "write a range, `one_of [...]` or `set [...] bytes 1`";
            return Err(wrong("gatt-part", "a characteristic's part says what its bits mean", help));
        }
    };
    let modifiers = modifiers(declared);
    if let Some((word, _)) = modifiers.iter().find(|(word, _)| ["repeated", "as"].contains(&word.as_str())) {
        let message = format!("`{word}` is for adverts");
        return Err(wrong("gatt-part", message, "leave it away"));
    }
    let may_miss = modifiers.iter().any(|(word, _)| word == "missing");
    let presence = if may_miss { Presence::MayBeMissing } else { Presence::Always };
    Ok(Part { name: text(declared, 0), content, presence })
}

/// A part that an op names: number of its characteristic, and of the part in it.
pub fn part_of(service: &Service, path: &str) -> Option<(usize, usize)> {
    let (name, part) = path.split_once('.').unwrap_or((path, ""));
    let place = service.characteristics.iter().position(|one| one.name == name)?;
    let parts = &service.characteristics[place].parts;
    match part {
        "" => (parts.len() == 1).then_some((place, 0)),
        _ => Some((place, parts.iter().position(|known| known.name == part)?)),
    }
}

/// What an observer takes: whose data, and how strong at least.
pub fn filter(op: adv::OnBleAdvert) -> Result<(Option<Identity>, Option<i64>), AdvertError> {
    let clauses = clauses(op.clauses())?;
    let name = |clause: &Vec<Attribute>| text(clause, 0);
    if let Some(other) =
        clauses.iter().map(name).find(|name| !["company", "service", "rssi"].contains(&name.as_str()))
    {
        let help = "write `company 0xFFFF` or `service ...`, and `rssi -90`";
        return Err(wrong("advert-clause", format!("an observer has no `{other}`"), help));
    }
    let rssi = clauses.iter().find(|clause| name(clause) == "rssi").and_then(|clause| integer(clause, 1));
    if rssi.is_some_and(|rssi| !(-127..=20).contains(&rssi)) {
        let message = format!("`rssi {}` is out of range", rssi.unwrap_or(0));
        return Err(wrong("advert-clause", message, "an RSSI is -127 to 20 dBm, such as -90"));
    }
    Ok((identity(&clauses)?, rssi))
}

/// A field that an op gives a value.
pub struct Given<'c, 'a> {
    pub path: String,
    pub value: Value<'c, 'a>,
    /// Where it does not hold, the field is missing.
    pub condition: Option<Value<'c, 'a>>,
}

type Parts<'c, 'a> = (Attribute<'c>, Attribute<'c>, Vec<Value<'c, 'a>>, Vec<Value<'c, 'a>>);

/// The fields that an op gives, if it gives any.
pub fn given<'c: 'a, 'a>(op: melior::ir::OperationRef<'c, 'a>) -> Option<Vec<Given<'c, 'a>>> {
    let parts: Parts<'c, 'a> = if let Some(op) = adv::Advertise::cast(op) {
        (op.fields(), op.conditional(), op.values(), op.conditions())
    } else if let Some(op) = adv::Pack::cast(op) {
        (op.fields(), op.conditional(), op.values(), op.conditions())
    } else {
        let op = adv::Publish::cast(op)?;
        (op.fields(), op.conditional(), op.values(), op.conditions())
    };
    let (fields, conditional, values, conditions) = parts;
    let fields = array(fields);
    let conditional = DenseI32ArrayAttribute::try_from(conditional).ok();
    let condition = |place: usize| {
        let number = conditional.and_then(|conditional| conditional.element(place).ok()).unwrap_or(-1);
        usize::try_from(number).ok().and_then(|number| conditions.get(number).copied())
    };
    let one = |(place, value)| Given { path: text(&fields, place), value, condition: condition(place) };
    Some(values.into_iter().enumerate().map(one).collect())
}

/// A field that a reading asks for.
pub struct Asked<'c> {
    pub name: String,
    /// Whether it is asked if it is there, instead of what it is.
    pub has: bool,
    pub r#type: Type<'c>,
}

/// The fields that a reading asks for.
pub fn asked<'c: 'a, 'a>(op: adv::Read<'c, 'a>) -> Vec<Asked<'c>> {
    let names = array(op.fields());
    let presence = DenseI32ArrayAttribute::try_from(op.presence()).ok();
    let has = |place| presence.is_some_and(|presence| presence.element(place).is_ok_and(|has| has != 0));
    let op = op.op();
    let types = op.results().skip(1).map(|value| value.r#type());
    let one = |(place, r#type)| Asked { name: text(&names, place), has: has(place), r#type };
    types.enumerate().map(one).collect()
}

/// The bits that a field's value has in a handler.
pub fn held_bits(kind: &Kind) -> u32 {
    match kind {
        Kind::Flag => 1,
        Kind::Choice(_) => 32,
        Kind::Id(bits) => {
            if *bits <= 32 {
                32
            } else {
                64
            }
        }
        Kind::Number(number) => number_bits(number),
    }
}

/// The same of a characteristic's part.
pub fn part_bits(part: &Part) -> u32 {
    match &part.content {
        Content::Number(number) => number_bits(number),
        Content::Choice(_) => 32,
        Content::Set { bytes, .. } => {
            if *bytes <= 4 {
                32
            } else {
                64
            }
        }
    }
}

fn number_bits(number: &Number) -> u32 {
    let fits = i32::try_from(number.low).is_ok() && i32::try_from(number.high).is_ok();
    if fits { 32 } else { 64 }
}

/// Whether a value has so many bits.
pub fn is_held(r#type: Type, bits: u32) -> bool {
    integer_bits(r#type) == Some(bits)
}
