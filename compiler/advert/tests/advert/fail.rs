//! Wrong beacons, one file per rule in `tests/fail/` and `tests/fail_bthome/`, named after the rule: each is refused with the error in its
//! snapshot. To accept changed errors, run the test with `INSTA_UPDATE=always`.

use crate::spec;
use std::collections::BTreeSet;
use swarm_advert::bthome::{self, Updates};
use swarm_advert::{AdvertError, plan};

#[test]
fn every_wrong_beacon_is_refused_with_its_error() {
    let codes = refuse("fail", |text| plan(&spec::beacon(text)).err());
    assert!(codes.len() >= 20, "the files cover {} codes: {codes:?}", codes.len());
}

#[test]
fn what_bthome_cannot_say_is_refused_with_its_error() {
    let codes = refuse("fail_bthome", |text| bthome::plan(&spec::beacon(text), Updates::Regular).err());
    assert!(codes.len() >= 7, "the files cover {} codes: {codes:?}", codes.len());
}

/// Compares each file's error with its snapshot; gives the codes.
fn refuse(folder: &str, error: fn(&str) -> Option<AdvertError>) -> BTreeSet<&'static str> {
    let mut codes = BTreeSet::new();
    for (name, text) in spec::folder(folder) {
        let error = error(&text).unwrap_or_else(|| panic!("{name} is not refused"));
        assert!(!error.help.is_empty(), "{name}: the error has no help");
        assert!(
            error.field.as_ref().is_none_or(|field| text.contains(field.as_str())),
            "{name}: no such field"
        );
        codes.insert(error.code);
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "../snapshots" }, {
            insta::assert_snapshot!(format!("{folder}_{name}"), format!("{text}\n{}", error.render()));
        });
    }
    codes
}
