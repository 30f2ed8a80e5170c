//! Wrong boards, one file per rule in `tests/fail/`, named after the rule: each is refused with the error in its
//! snapshot. To accept changed errors, run the test with `INSTA_UPDATE=always`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn every_wrong_board_is_refused_with_its_error() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fail");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("tests/fail is there")
        .map(|entry| entry.expect("it can be listed").file_name().into_string().expect("names are plain"))
        .collect();
    names.sort();
    let mut codes = BTreeSet::new();
    for name in &names {
        let text = fs::read_to_string(folder.join(name)).expect("a file that is listed can be read");
        let Err(error) = swarm_targets::load_user(name, &text) else { panic!("{name} is not refused") };
        let label = error.label.as_ref().unwrap_or_else(|| panic!("{name}: the error has no place"));
        assert!(label.text.get(label.span.clone()).is_some(), "{name}: the place is not inside the text");
        assert!(!error.help.is_empty(), "{name}: the error has no help");
        codes.insert(error.code);
        let snapshot = name.trim_end_matches(".toml");
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(snapshot, format!("{text}\n{}", error.render()));
        });
    }
    assert!(codes.len() >= 20, "the files cover {} codes: {codes:?}", codes.len());
}

#[test]
fn a_file_name_that_is_no_board_name_is_refused() {
    let error = swarm_targets::load_user("my board!.toml", "inherits = \"rak4631\"").unwrap_err();
    assert_eq!(error.code, "board-name");
}

#[test]
fn bytes_at_random_are_refused_without_a_panic() {
    let seeds =
        ["", "[", "inherits = 1", "\u{0}\u{0}", "a.b.c = 1", "[ram.size]\nx = 1", "[[ram]]\nsize = 1"];
    for text in seeds {
        let error = swarm_targets::load_user("x.toml", text).unwrap_err();
        assert!(error.render().starts_with("error[board-"), "{}", error.render());
    }
}
