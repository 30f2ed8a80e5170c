//! Wrong beacons, one file per rule in `tests/fail/`, named after the rule: each is refused with the error in its
//! snapshot. To accept changed errors, run the test with `INSTA_UPDATE=always`.

use crate::spec;
use std::collections::BTreeSet;
use swarm_advert::plan;

#[test]
fn every_wrong_beacon_is_refused_with_its_error() {
    let mut codes = BTreeSet::new();
    let mut of_the_whole = 0;
    for (name, text) in spec::folder("fail") {
        let Err(error) = plan(&spec::beacon(&text)) else { panic!("{name} is not refused") };
        assert!(!error.help.is_empty(), "{name}: the error has no help");
        assert!(
            error.field.as_ref().is_none_or(|field| text.contains(field.as_str())),
            "{name}: no such field"
        );
        of_the_whole += usize::from(error.field.is_none());
        codes.insert(error.code);
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "../snapshots" }, {
            insta::assert_snapshot!(name.as_str(), format!("{text}\n{}", error.render()));
        });
    }
    assert!(codes.len() >= 20, "the files cover {} codes: {codes:?}", codes.len());
    assert!(of_the_whole > 0, "some errors are about the whole beacon");
}
