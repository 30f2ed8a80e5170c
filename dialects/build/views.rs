//! Rust views of the ops, made from TableGen's records: borrowed, `Copy`, one method per operand and attribute.

use serde_json::Value;
use std::fmt::Write;

/// The text of `views.rs`: the enums, then a view for each op of our dialects.
pub fn generate(records: &Value) -> String {
    let mut text = String::new();
    for name in instances(records, "EnumAttrInfo").filter(|name| ours(name)) {
        enumeration(&mut text, records, name);
    }
    for name in instances(records, "Op").filter(|name| ours(name)) {
        view(&mut text, records, name);
    }
    text
}

fn ours(name: &str) -> bool {
    ["Swarm_", "Rl_", "Radio_", "Adv_"].iter().any(|dialect| name.starts_with(dialect))
}

fn instances<'a>(records: &'a Value, class: &str) -> impl Iterator<Item = &'a str> {
    records["!instanceof"][class].as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// `Rl_MergeBy` is called `MergeBy` in Rust, `Rl_TableOp` is called `Table`.
fn rust_name(record: &str) -> &str {
    let name = record.split_once('_').map_or(record, |(_, name)| name);
    name.strip_suffix("Op").unwrap_or(name)
}

fn enumeration(text: &mut String, records: &Value, name: &str) {
    let record = &records[name];
    let cases: Vec<(&str, &str)> = record["enumerants"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|case| case["def"].as_str())
        .map(|case| {
            (records[case]["symbol"].as_str().unwrap_or(""), records[case]["str"].as_str().unwrap_or(""))
        })
        .collect();
    let name = rust_name(name);
    let summary = record["summary"].as_str().unwrap_or("");
    let variants: String = cases.iter().map(|(symbol, word)| format!("/// `{word}`\n{symbol},")).collect();
    let from: String =
        cases.iter().enumerate().map(|(i, (symbol, _))| format!("{i} => Some(Self::{symbol}),")).collect();
    let words: String = cases.iter().map(|(symbol, word)| format!("Self::{symbol} => {word:?},")).collect();
    let _ = write!(
        text,
        "/// {summary}\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub enum {name} {{ {variants} }}\n\
         impl {name} {{\n\
         fn from_number(number: i64) -> Option<Self> {{ match number {{ {from} _ => None }} }}\n\
         /// The word that stands for it in a kernel's text.\n\
         pub fn word(self) -> &'static str {{ match self {{ {words} }} }}\n}}\n"
    );
}

fn view(text: &mut String, records: &Value, name: &str) {
    let record = &records[name];
    let dialect = records[record["opDialect"]["def"].as_str().unwrap_or("")]["name"].as_str().unwrap_or("");
    let mnemonic = record["opName"].as_str().unwrap_or("");
    let summary = record["summary"].as_str().unwrap_or("");
    let view = rust_name(name);
    let arguments: Vec<(&str, &str)> = arguments(&record["arguments"]).collect();
    let operands: Vec<&str> = arguments
        .iter()
        .filter(|(_, kind)| is_a(records, kind, "TypeConstraint"))
        .map(|(_, kind)| *kind)
        .collect();
    let shape: String = operands
        .iter()
        .map(|kind| {
            if is_a(records, kind, "Variadic") || is_a(records, kind, "Optional") {
                "true,"
            } else {
                "false,"
            }
        })
        .collect();
    let mut methods = String::new();
    let mut position = 0;
    for (argument, kind) in &arguments {
        if is_a(records, kind, "TypeConstraint") {
            operand_method(&mut methods, records, (argument, kind), position);
            position += 1;
        } else {
            attribute_method(&mut methods, records, argument, kind);
        }
    }
    let _ = write!(
        text,
        "/// {summary}\n#[derive(Clone, Copy, Debug)]\npub struct {view}<'c, 'a>(OperationRef<'c, 'a>);\n\
         impl<'c, 'a> OpView<'c, 'a> for {view}<'c, 'a> {{\n\
         const NAME: &'static str = \"{dialect}.{mnemonic}\";\n\
         fn wrap(op: OperationRef<'c, 'a>) -> Self {{ Self(op) }}\n\
         fn op(self) -> OperationRef<'c, 'a> {{ self.0 }}\n}}\n\
         impl<'c, 'a> {view}<'c, 'a> {{\n\
         #[allow(dead_code)]\nconst OPERANDS: &'static [bool] = &[{shape}];\n{methods}}}\n"
    );
}

fn arguments(dag: &Value) -> impl Iterator<Item = (&str, &str)> {
    dag["args"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|pair| Some((pair[1].as_str()?, pair[0]["def"].as_str()?)))
}

fn is_a(records: &Value, name: &str, class: &str) -> bool {
    records[name]["!superclasses"].as_array().into_iter().flatten().any(|super_class| super_class == class)
}

fn operand_method(text: &mut String, records: &Value, (name, kind): (&str, &str), position: usize) {
    let (result, suffix) = if is_a(records, kind, "Variadic") {
        ("Vec<Value<'c, 'a>>", "")
    } else if is_a(records, kind, "Optional") {
        ("Option<Value<'c, 'a>>", ".into_iter().next()")
    } else {
        ("Value<'c, 'a>", ".swap_remove(0)")
    };
    let _ = write!(
        text,
        "/// Operand `{name}`.\npub fn {name}(self) -> {result} {{ operand_group(self.0, Self::OPERANDS, {position}){suffix} }}\n"
    );
}

fn attribute_method(text: &mut String, records: &Value, name: &str, kind: &str) {
    let optional = is_a(records, kind, "OptionalAttr");
    let method = if name == "type" { "r#type" } else { name };
    let wrapped = optional || is_a(records, kind, "DefaultValuedAttr");
    let base = if wrapped { records[kind]["baseAttr"]["def"].as_str().unwrap_or("") } else { kind };
    let (result, reader) = match base {
        "UnitAttr" => {
            let _ = write!(
                text,
                "/// Attribute `{name}`.\npub fn {method}(self) -> bool {{ self.0.has_attribute(\"{name}\") }}\n"
            );
            return;
        }
        "SymbolNameAttr" | "StrAttr" => ("&'c str".to_owned(), "string".to_owned()),
        "FlatSymbolRefAttr" => ("&'c str".to_owned(), "symbol".to_owned()),
        "I32Attr" => ("i64".to_owned(), "integer".to_owned()),
        "F64Attr" => ("f64".to_owned(), "number".to_owned()),
        "TypeAttr" => ("Type<'c>".to_owned(), "type_of".to_owned()),
        "AnyAttr" | "ArrayAttr" | "DenseI32ArrayAttr" => ("Attribute<'c>".to_owned(), "any".to_owned()),
        enumeration => {
            let name = rust_name(enumeration);
            (name.to_owned(), format!("|a| integer(a).and_then({name}::from_number)"))
        }
    };
    let read = format!("self.0.attribute(\"{name}\").ok().and_then({reader})");
    if optional {
        let _ =
            write!(text, "/// Attribute `{name}`.\npub fn {method}(self) -> Option<{result}> {{ {read} }}\n");
    } else {
        // ODS verifies the attribute before anything of ours sees the op.
        let _ = write!(
            text,
            "/// Attribute `{name}`.\npub fn {method}(self) -> {result} {{ {read}.expect(\"verified by ODS\") }}\n"
        );
    }
}
