//! Members of a kernel: what they declare must make sense by itself, and tables must hold what they learn.

use super::Scope;
use crate::learning::largest_gamma;
use crate::numbers;
use crate::types::MOST_ELEMENTS;
use crate::{
    Data, Io, Kernel, OnLowBattery, OnStart, OnStored, OnTimer, OpView, Places, Schedule, Storage, Table,
    TableShape, Var, adv, integer_bits, name, nested, radio, raw, var_type,
};
use melior::ir::operation::OperationLike;
use melior::ir::{AttributeLike, OperationRef};

/// Checks the kernel op itself.
pub fn kernel<'c: 'a, 'a>(scope: &Scope<'c, 'a>, kernel: Kernel<'c, 'a>) {
    if kernel.version() != 1 {
        let message =
            format!("this compiler knows version 1 of the language, not version {}", kernel.version());
        scope.error(kernel.op(), "version", &message);
    }
    // An empty text is no memory at all in the C API: it must not be asked for its value.
    if kernel.op().attribute("sym_name").is_ok_and(|name| name.to_string() == "\"\"") {
        scope.error(kernel.op(), "name", "a kernel's name is not empty");
    } else {
        plain_name(scope, kernel.op(), kernel.sym_name());
    }
    if !scope.core {
        alone(scope, kernel.op());
    }
}

/// A text is one kernel: what stands beside it would silently be left out.
fn alone<'c: 'a, 'a>(scope: &Scope<'c, 'a>, kernel: OperationRef<'c, 'a>) {
    let Some(block) = kernel.block() else { return };
    // Of two kernels the second says so.
    let mut kernel_was_seen = false;
    for other in crate::operations(block) {
        if other == kernel {
            kernel_was_seen = true;
        } else if !kernel_was_seen || Kernel::cast(other).is_none() {
            let message = "a file holds one kernel and nothing else";
            return scope.error_with(kernel, "alone", message, (other, "this stands beside it"));
        }
    }
}

/// Names become file names, symbols of the image and lines of a schema: they are plain.
fn plain_name(scope: &Scope, op: OperationRef, name: &str) {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.is_empty() || name.len() > 48 || !name.chars().all(plain) {
        let message = format!("'{name}' is no name: use 1 to 48 letters, digits and underscores");
        scope.error(op, "name", &message);
    } else if ["swarm", "rl", "radio", "adv"].contains(&name) {
        // What the lowering declares is called `swarm.random` and the like.
        scope.error(op, "name", &format!("'{name}' is the name of a dialect: use another one"));
    }
}

/// What may stand in a kernel outside handlers.
const MEMBERS: &[&str] = &[
    adv::Beacon::NAME,
    adv::Gatt::NAME,
    adv::OnBleAdvert::NAME,
    Data::NAME,
    Io::NAME,
    OnLowBattery::NAME,
    OnStart::NAME,
    OnStored::NAME,
    OnTimer::NAME,
    Schedule::NAME,
    Storage::NAME,
    Table::NAME,
    radio::Channel::NAME,
    radio::Enum::NAME,
    radio::Every::NAME,
    radio::Message::NAME,
    radio::OnMessage::NAME,
    radio::Request::NAME,
    Var::NAME,
];

/// Checks one member.
pub fn member<'c: 'a, 'a>(scope: &Scope<'c, 'a>, op: OperationRef<'c, 'a>) {
    let full = name(op);
    if Kernel::cast(op).is_some() {
        scope.error(op, "alone", "a kernel stands in a file, not in another kernel");
    } else if !MEMBERS.contains(&full.as_str()) {
        scope.error(op, "member", &format!("'{full}' cannot stand in a kernel outside a handler"));
    }
    if let Some(symbol) = super::symbol(op) {
        // What the lowering declares has a dot.
        if !(scope.core && symbol.contains('.')) {
            plain_name(scope, op, &symbol);
        }
    }
    if let Some(var) = Var::cast(op) {
        variable(scope, var);
    } else if let Some(io) = Io::cast(op) {
        if !integer_bits(io.r#type()).is_some_and(|bits| [1, 8, 16, 32].contains(&bits)) {
            scope.error(op, "port-type", &format!("a port carries i1, i8, i16 or i32, not {}", io.r#type()));
        }
    } else if Data::cast(op).is_some() && !scope.core {
        scope.error(op, "stage", "'swarm.data' is of stage core: kernels keep constants in a swarm.var");
    } else if let Some(table) = Table::cast(op) {
        table_op(scope, table);
    } else if let Some(schedule) = Schedule::cast(op) {
        schedule_op(scope, schedule);
    } else if let Some(timer) = OnTimer::cast(op) {
        timer_op(scope, timer);
    } else if let Some(battery) = OnLowBattery::cast(op) {
        if !(500..=60000).contains(&battery.below()) {
            scope.error(op, "battery", "a battery's threshold is 500 to 60000 mV");
        }
    } else if let Some(storage) = Storage::cast(op) {
        storage_op(scope, storage);
    } else if let Some(stored) = OnStored::cast(op) {
        scope.find::<Storage>(op, stored.storage(), "storage");
    }
    super::channels::member(scope, op);
}

/// An event has one handler: hosts look handlers up by kind and symbol.
pub fn handlers<'c: 'a, 'a>(scope: &Scope<'c, 'a>, members: &[OperationRef<'c, 'a>]) {
    let event = |op: OperationRef<'c, 'a>| {
        if OnStart::cast(op).is_some() {
            Some("the start".to_owned())
        } else if OnLowBattery::cast(op).is_some() {
            Some("a low battery".to_owned())
        } else if let Some(handler) = radio::OnMessage::cast(op) {
            Some(format!("channel @{}", handler.channel()))
        } else if adv::OnBleAdvert::cast(op).is_some() {
            Some("adverts".to_owned())
        } else {
            OnStored::cast(op).map(|stored| format!("storage @{}", stored.storage()))
        }
    };
    let mut seen: Vec<(String, OperationRef)> = Vec::new();
    for &op in members {
        let Some(what) = event(op) else { continue };
        match seen.iter().find(|(known, _)| *known == what) {
            Some((_, first)) => {
                let message = format!("there are two handlers for {what}");
                scope.error_with(op, "handler-twice", &message, (*first, "the first one is here"));
            }
            None => seen.push((what, op)),
        }
    }
}

fn variable<'c: 'a, 'a>(scope: &Scope<'c, 'a>, var: Var<'c, 'a>) {
    let Some(r#type) = var_type(var.r#type()) else {
        let message = format!(
            "a variable is i1, i8, i16, i32, i64 or a static tensor of up to {MOST_ELEMENTS} of them, not {}",
            var.r#type()
        );
        return scope.error(var.op(), "variable-type", &message);
    };
    let Some(initial) = var.init() else { return };
    let of_type = initial.r#type() == var.r#type();
    let fits = if r#type.shape.is_empty() {
        of_type && melior::ir::attribute::IntegerAttribute::try_from(initial).is_ok()
    } else {
        of_type && raw::dense_values(initial).is_some_and(|values| values.len() as u64 == r#type.elements())
    };
    if !fits {
        scope.error(var.op(), "initial-value", "the initial value is not of the variable's type");
    }
}

fn table_op<'c: 'a, 'a>(scope: &Scope<'c, 'a>, table: Table<'c, 'a>) {
    let Some(shape) = TableShape::of(table.r#type()) else {
        let message = format!("a table's type is !rl.table<...> or !rl.tiles<...>, not {}", table.r#type());
        return scope.error(table.op(), "table-type", &message);
    };
    let (low, high) = (table.reward_lo(), table.reward_hi());
    if low > high {
        scope.error(
            table.op(),
            "reward-range",
            &format!("no reward is between {low} and {high}: lowest first"),
        );
    }
    let scale = table.scale().unwrap_or(1.0);
    if !(scale > 0.0 && scale <= 32768.0) || numbers::reward_factor(scale, shape.frac) < 1 {
        scope.error(
            table.op(),
            "scale",
            "a scale is above 0, at most 32768, and large enough for the fraction",
        );
    }
    clauses(scope, table, &shape);
}

/// Most entries of a list of peers or traces.
const ENTRIES: i64 = 1024;
/// Most elements of a table that is sent: their numbers have 16 bits in a packet.
const SHARED: i64 = 1 << 16;

/// Clauses of a table that need or exclude each other.
fn clauses<'c: 'a, 'a>(scope: &Scope<'c, 'a>, table: Table<'c, 'a>, shape: &TableShape) {
    let op = table.op();
    let tiles = matches!(shape.places, Places::Tiles { .. });
    let shared = table.peers().is_some() || table.marked();
    let extras = table.double_values() || table.visits() || shared || table.traces().is_some();
    if tiles && extras {
        scope.error(op, "tiles", "tile-coded weights have none of double, visits, marked, peers, traces");
    }
    let sets = if table.double_values() { 2 } else { 1 };
    let most = MOST_ELEMENTS as i64 / sets;
    if shape.elements() > most {
        let message = format!("such a table has at most {most} elements, not {}", shape.elements());
        scope.error(op, "elements", &message);
    } else if shared && shape.elements() > SHARED {
        let message =
            format!("a table that is shared has at most {SHARED} elements, not {}", shape.elements());
        scope.error(op, "elements", &message);
    }
    if shared && !table.visits() {
        scope.error(op, "visits", "marked and peers weigh what was learned by its visits");
    }
    if table.double_values() && (shared || table.traces().is_some()) {
        scope.error(op, "double", "a double table has none of marked, peers, traces");
    }
    for (what, entries) in [("peers", table.peers()), ("traces", table.traces())] {
        if entries.is_some_and(|entries| !(1..=ENTRIES).contains(&entries)) {
            scope.error(op, "entries", &format!("{what} is a list of 1 to {ENTRIES} entries"));
        }
    }
    if !table.saturate() && (tiles || table.traces().is_some()) {
        scope.error(op, "saturate", "sums of tiles and traces have no bound of their own");
    }
}

fn schedule_op<'c: 'a, 'a>(scope: &Scope<'c, 'a>, schedule: Schedule<'c, 'a>) {
    for epsilon in [schedule.from(), schedule.to()] {
        if !(0.0..=1.0).contains(&epsilon) {
            scope.error(schedule.op(), "rate", &format!("epsilon is 0 to 1, not {epsilon}"));
        }
    }
    if schedule.over() < 1 {
        scope.error(schedule.op(), "schedule", "a schedule goes over 1 to 2147483647 uses");
    }
}

fn timer_op<'c: 'a, 'a>(scope: &Scope<'c, 'a>, timer: OnTimer<'c, 'a>) {
    let period = timer.period();
    let (shortest, longest) = (timer.shortest().unwrap_or(period), timer.longest().unwrap_or(period));
    if timer.shortest().is_some() != timer.longest().is_some() {
        scope.error(timer.op(), "period", "a timer has both bounds of its period, or none");
    } else if period < 1 || shortest < 1 {
        scope.error(timer.op(), "period", "a period is 1 to 2147483647 ms");
    } else if !(shortest..=longest).contains(&period) {
        let message = format!("the period {period} ms is outside its own bounds {shortest} to {longest} ms");
        scope.error(timer.op(), "period", &message);
    }
}

fn storage_op<'c: 'a, 'a>(scope: &Scope<'c, 'a>, storage: Storage<'c, 'a>) {
    if storage.wear() < 1 {
        scope.error(storage.op(), "wear", "a storage is written once a day at least");
    }
    let target = storage.target();
    // At stage `core` a table has been taken apart.
    let part = format!("{target}.");
    if scope.members.keys().any(|name| name.starts_with(&part)) {
        return;
    }
    match scope.members.get(target) {
        None => {
            let kept = |member| Var::cast(member).is_some() || Table::cast(member).is_some();
            scope.unknown(storage.op(), (target, "variable or table"), kept);
        }
        Some(member) if Var::cast(*member).is_none() && Table::cast(*member).is_none() => {
            let note = format!("@{target} is declared here, as a {}", name(*member));
            let message = format!("a storage keeps a variable or a table, and @{target} is neither");
            scope.error_with(storage.op(), "wrong-kind", &message, (*member, &note));
        }
        Some(_) => {}
    }
}

/// Tables must be able to hold what the rules can teach them (NUMERICS, *Range*).
pub fn reach<'c: 'a, 'a>(scope: &Scope<'c, 'a>, members: &[OperationRef<'c, 'a>]) {
    let bodies: Vec<OperationRef> = members.iter().flat_map(|member| nested(*member)).collect();
    for table in members.iter().filter_map(|member| Table::cast(*member)) {
        let Some(shape) = TableShape::of(table.r#type()) else { continue };
        let Some((rule, gamma)) = largest_gamma(&bodies, table.sym_name()) else { continue };
        let Some(reach) = numbers::reach(table, gamma) else { continue };
        let limit = shape.limits().1 * shape.tilings();
        let rewards_fit = reach.rewards.0 >= -limit && reach.rewards.1 <= limit;
        let fits = reach.bound.is_some_and(|bound| bound <= limit);
        if rewards_fit && (fits || table.saturate()) {
            continue;
        }
        let value = |raw: i64| raw as f64 / f64::from(1u32 << shape.frac);
        let message = match reach.bound {
            _ if !rewards_fit => {
                format!("its rewards reach {}", value(reach.rewards.0.abs().max(reach.rewards.1.abs())))
            }
            Some(bound) => format!("its values may reach {:.1}", value(bound)),
            None => "its values have no bound, because gamma is 1".to_owned(),
        };
        let message = format!(
            "@{} cannot hold what it may learn: {message}, and an i{} with {} fractional bits ends at {:.1}",
            table.sym_name(),
            shape.bits,
            shape.frac,
            value(limit)
        );
        scope.error_with(table.op(), "range", &message, (rule, "learning here, with this gamma"));
    }
}
