//! How ops are written, and which op somebody meant.
//!
//! `forms.mlir` is a kernel that holds each op; its lines are the examples that help quotes.

use swarm_dialects::nearest;

const FORMS: &str = include_str!("forms.mlir");

/// What newcomers call an op, and how it is called here. Words are looked up without their dialect.
const MEANT: &[(&str, &str)] = &[
    ("choose", "rl.begin"),
    ("learn", "rl.complete"),
    ("print", "swarm.log"),
    ("rand", "swarm.random"),
    ("millis", "swarm.now"),
    ("sleep", "swarm.on_timer"),
    ("delay", "swarm.on_timer"),
    ("write", "swarm.act"),
    ("read", "swarm.sense"),
    ("load", "swarm.get"),
    ("store", "swarm.set"),
];

/// The op that a line begins with, behind the names of its results.
pub fn op(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = match line.split_once(" = ") {
        Some((results, rest)) if results.starts_with('%') => rest.trim_start(),
        _ => line,
    };
    let end = line.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.').unwrap_or(line.len());
    Some(&line[..end]).filter(|op| op.contains('.'))
}

/// An example of an op.
pub fn example(name: &str) -> Option<String> {
    let line = FORMS.lines().find(|line| op(line) == Some(name))?.trim();
    Some(match line.strip_suffix('{') {
        Some(head) => format!("{head}{{ ... }}"),
        None => line.to_owned(),
    })
}

/// Help that shows how an op is written.
pub fn help(name: &str) -> Option<String> {
    Some(format!("write for example `{}`", example(name)?))
}

/// Help for an op that there is none of.
pub fn for_unknown(name: &str) -> Option<String> {
    let mut known: Vec<&str> = FORMS.lines().filter_map(op).collect();
    known.sort_unstable();
    known.dedup();
    let (dialect, short) = name.split_once('.').unwrap_or(("", name));
    let of_dialect: Vec<&str> =
        known.iter().filter_map(|op| op.strip_prefix(dialect)?.strip_prefix('.')).collect();
    let synonym = MEANT.iter().find(|(word, _)| *word == short).map(|(_, op)| (*op).to_owned());
    let near = match of_dialect[..] {
        [] => {
            let same =
                known.iter().copied().find(|op| dialect.is_empty() && op.ends_with(&format!(".{name}")));
            same.or_else(|| nearest(name, known.iter().copied())).map(str::to_owned)
        }
        _ => nearest(short, of_dialect.iter().copied()).map(|short| format!("{dialect}.{short}")),
    };
    if let Some(example) = synonym.or(near).as_deref().and_then(example) {
        return Some(format!("did you mean `{example}`?"));
    }
    (!of_dialect.is_empty()).then(|| format!("the ops of '{dialect}' are {}", of_dialect.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_op_of_ours_has_an_example() {
        let reference = include_str!("../../../../dialects/OPS.md");
        let titles = reference.lines().filter_map(|line| line.strip_prefix("### `"));
        // What nobody writes: a handler's end, and what the lowering makes.
        let written = |name: &&str| {
            let made = [
                "swarm.end",
                "swarm.check",
                "swarm.data",
                "swarm.view",
                "radio.number",
                "radio.payload",
                "radio.transmit",
            ];
            let made_of_adverts = ["adv.air", "adv.tell", "adv.heard", "adv.heard_bytes"];
            !made.contains(name) && !made_of_adverts.contains(name)
        };
        let names = titles.filter_map(|title| title.split('`').next()).filter(|name| name.contains('.'));
        let names: Vec<&str> = names.filter(written).collect();
        assert!(names.len() > 50, "{names:?}");
        for name in names {
            assert!(example(name).is_some(), "{name} is in no line of forms.mlir");
        }
        for (_, op) in MEANT {
            assert!(example(op).is_some(), "{op}");
        }
    }

    #[test]
    fn an_unknown_op_is_a_slip_or_a_synonym_or_of_a_dialect() {
        let slip = "did you mean `swarm.on_timer @blink every 750 ms { ... }`?";
        assert_eq!(for_unknown("swarm.ontimer").as_deref(), Some(slip));
        assert!(for_unknown("rl.choose").is_some_and(|help| help.contains("rl.begin @q at")));
        assert!(for_unknown("rl.teach").is_some_and(|help| help.starts_with("the ops of 'rl' are apply, ")));
        assert!(for_unknown("swarm.sleep").is_some_and(|help| help.contains("swarm.on_timer @blink")));
        assert!(for_unknown("swam.sense").is_some_and(|help| help.contains("swarm.sense @sensor")));
        assert!(for_unknown("for").is_some_and(|help| help.contains("scf.for %i = ")));
        assert_eq!((for_unknown("robot.walk"), for_unknown("def")), (None, None));
    }
}
