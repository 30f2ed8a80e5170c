//! Files that are no schema: each is refused with its code, its place and a next step.

use swarm_schema::{ImportError, SchemaError, import, longest_field};

fn refused(body: &str) -> ImportError {
    import(&format!("syntax = \"proto3\";\n{body}")).expect_err(body)
}

#[test]
fn each_rule_has_its_code() {
    for (body, code, text) in [
        ("message A { string a = 1; }", "schema::unsupported", "A.a is a string"),
        ("message A { double a = 1; }", "schema::unsupported", "A.a is a floating-point number"),
        ("message A { int32 a = 1; }", "schema::unsupported", "A.a is an int32"),
        ("message A { uint64 a = 1; }", "schema::unsupported", "A.a is a 64-bit varint"),
        ("message A { sfixed32 a = 1; }", "schema::unsupported", "A.a is an sfixed32"),
        ("message A { repeated uint32 a = 1; }", "schema::unsupported", "A.a is repeated"),
        ("message A { optional uint32 a = 1; }", "schema::unsupported", "A.a is optional"),
        ("message A { map<uint32, bool> a = 1; }", "schema::unsupported", "A.a is repeated"),
        ("enum E { Z = 0; N = -1; }", "schema::unsupported", "E.N is a negative value"),
        ("message A { bytes a = 1; }", "schema::unbounded", "A.a does not say"),
        ("message A { A a = 1; }", "schema::recursive", "A contains itself"),
        ("message A { B b = 1; } message B { A a = 1; }", "schema::recursive", "A contains itself"),
        ("message a { bool a = 1; }", "schema::name", "'a' is no name for a message"),
        ("enum e { Z = 0; }", "schema::name", "'e' is no name for an enum"),
        ("message A { bool _a = 1; }", "schema::name", "'_a' is no name for a field"),
        ("message A { B b = 1; }", "schema::syntax", "the file is no schema"),
        ("message A { bool a = 0; }", "schema::syntax", "the file is no schema"),
        ("message A { bool a = 19500; }", "schema::syntax", "the file is no schema"),
        ("message A { bool a = 1; bool b = 1; }", "schema::syntax", "the file is no schema"),
        ("enum E { A = 1; }", "schema::syntax", "the file is no schema"),
        ("message A { bool a", "schema::syntax", "the file is no schema"),
        (
            "message A_B { bool a = 1; } message A { message B { bool a = 1; } }",
            "schema::twice",
            "the schema has 'A_B'",
        ),
        (
            "message A { // swarm: bits x 33\n fixed32 a = 1; }",
            "schema::bits",
            "the bit fields of A.a do not fit",
        ),
        ("message A { // swarm: bits x 20, y 13\n fixed32 a = 1; }", "schema::bits", "33 bits of 32"),
        ("message A { // swarm: bits x 0\n fixed32 a = 1; }", "schema::bits", "'x' has 0 bits"),
        ("message A { // swarm: bits x s\n fixed32 a = 1; }", "schema::note", "neither"),
        ("message A { // swarm: bits x 1, x 1\n fixed32 a = 1; }", "schema::twice", "A.a has 'x' twice"),
        ("message A { // swarm: bits x 1\n uint32 a = 1; }", "schema::note", "for another type"),
        ("message A { // swarm: at most 5 bytes\n uint32 a = 1; }", "schema::note", "for another type"),
        ("message A { // swarm: at most five bytes\n bytes a = 1; }", "schema::note", "neither"),
    ] {
        // A note stands before its field.
        let body = body.replace("{ // swarm", "{\n// swarm");
        let ImportError { error, place } = refused(&body);
        assert!(place.is_some(), "{body}: {error}");
        assert_eq!(error.code(), code, "{body}: {error}");
        assert!(error.to_string().contains(text), "{body}: {error}");
        assert!(!error.help().is_empty());
    }
}

/// The words that an error is about.
#[test]
fn errors_have_places() {
    for (body, word) in [
        ("message A { bool a = 1; string b = 2; }", "b"),
        ("message A {\n  // é\n  bool a = 1; /* é */ string b = 2; }", "b"),
        ("enum E { Z = 0; N = -1; }", "N"),
        ("message A { bool a = 1; } message a { bool a = 1; }", "a"),
        ("message A { message B { C c = 1; } B b = 1; } message C { A a = 1; }", "B"),
        ("message A_B { bool a = 1; } message A { message B { bool a = 1; } }", "B"),
        ("message A { oneof _o { bool a = 1; } }", "_o"),
        ("message A { enum E { X = 0; } } message B { enum E { X = 0; } }", "X"),
        ("message A {\n// swarm: bits x 1, x 1\nfixed32 a = 1; bool x = 2; }", "a"),
        ("message A { bool a = 0; }", "0"),
    ] {
        let ImportError { error, place } = refused(body);
        let text = format!("syntax = \"proto3\";\n{body}");
        assert_eq!(place.map(|place| &text[place]), Some(word), "{body}: {error}");
    }
    // Of two of one name it is the second.
    let body = "message A { enum E { X = 0; } } message B { enum E { X = 0; } }";
    assert!(refused(body).place.is_some_and(|place| place.start > 60));
}

#[test]
fn messages_may_not_be_too_deep() {
    let chain = |count: usize| -> String {
        (0..count)
            .map(|number| format!("message M{number} {{ M{} m = 1; }}\n", number + 1))
            .collect::<String>()
            + &format!("message M{count} {{ bool b = 1; }}")
    };
    assert!(import(&format!("syntax = \"proto3\";\n{}", chain(63))).is_ok());
    let ImportError { error, .. } = refused(&chain(64));
    assert_eq!(error, SchemaError::Deep { place: "M64".to_owned() });
    let backwards: Vec<String> = chain(64).lines().rev().map(str::to_owned).collect();
    assert_eq!(refused(&backwards.join("\n")).error, SchemaError::Deep { place: "M0".to_owned() });
    assert_eq!(refused(&chain(3000)).error.code(), "schema::depth");
}

#[test]
fn proto2_is_refused() {
    let error =
        import("syntax = \"proto2\";\nmessage A { optional uint32 a = 1; }").expect_err("it is proto2");
    assert_eq!((error.error.code(), error.place), ("schema::unsupported", Some(0..18)));
}

#[test]
fn the_longest_field_is_found_within_messages() {
    let text = "syntax = \"proto3\";\nmessage A { bool a = 1; B b = 2; \n// swarm: at most 9 bytes\nbytes c = 3; }
        message B { uint32 d = 1; C e = 2; }\nmessage C {\n// swarm: at most 10 bytes\nbytes f = 100; }\nmessage N {}";
    let schema = import(text).expect("a schema");
    let longest = |name: &str| longest_field(&schema, schema.message(name).expect("it is there"));
    assert_eq!(longest("A"), Some(("b.e.f".to_owned(), 13)));
    assert_eq!(longest("N"), None);
}

#[test]
fn nested_types_get_flat_names() {
    let text =
        "syntax = \"proto3\";\npackage p;\nmessage A { enum E { Z = 0; } message B { E e = 1; } B b = 1; }";
    let schema = import(text).expect("a schema");
    let names: Vec<_> = schema.messages().iter().map(|message| message.name.as_str()).collect();
    assert_eq!((names, schema.enums()[0].name.as_str()), (vec!["A_B", "A"], "A_E"));
}
