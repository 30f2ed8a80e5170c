//! Layouts to look at: each beacon of `tests/layouts/` with its table. To accept changed layouts, run the test with
//! `INSTA_UPDATE=always`; receivers in the field know the old ones.

use crate::spec;
use swarm_advert::{Language, Widest, decoder, plan};

#[test]
fn tables_are_as_before() {
    for (name, text) in spec::folder("layouts") {
        let layout = plan(&spec::beacon(&text)).unwrap_or_else(|error| panic!("{name}: {}", error.render()));
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "../snapshots" }, {
            insta::assert_snapshot!(format!("layout_{name}"), layout.table());
        });
    }
}

#[test]
fn the_advert_that_c_packs_by_hand_is_as_small_and_has_every_word_in_its_place() {
    let (_, text) = spec::folder("layouts").into_iter().find(|(name, _)| name == "by_hand").unwrap();
    let layout = plan(&spec::beacon(&text)).unwrap();
    assert_eq!((layout.steps.len(), layout.bytes), (1, 31));
    let packet = &layout.steps[0].advert;
    let frame = packet.frame.as_ref().unwrap();
    let payload = packet.before.len() + frame.head.len();
    assert_eq!(payload % 4, 0, "the payload begins at a word");
    let widths: Vec<usize> = packet.stores(Widest::Word).iter().map(|store| store.bytes).collect();
    assert_eq!(widths, [4, 4, 4, 4, 2, 2, 2, 2, 2, 2, 2, 1]);
    for cell in &frame.cells {
        let [digit] = cell.digits.as_slice() else { panic!("a mixed radix saves nothing here") };
        let name = &layout.beacon.fields[digit.field].name;
        let (first, last) = (cell.bit / 8, (cell.bit + cell.width - 1) / 8);
        let unit = if cell.width == 16 { 2 } else { 4 };
        assert_eq!(first / unit, last / unit, "{name} would need two stores");
    }
}

#[test]
fn decoders_are_as_before() {
    let (_, text) = spec::folder("layouts").into_iter().find(|(name, _)| name == "mixed").unwrap();
    let layout = plan(&spec::beacon(&text)).unwrap();
    for language in Language::ALL {
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "../snapshots" }, {
            insta::assert_snapshot!(format!("decoder_{}", language.name()), decoder(&layout, &layout.beacon.name, language));
        });
    }
}

#[test]
fn pictures_are_closed_complete_and_as_before() {
    for (name, text) in spec::folder("layouts") {
        let layout = plan(&spec::beacon(&text)).unwrap();
        let picture = layout.svg();
        assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"), "{name}");
        assert_eq!(picture.matches("<g>").count(), picture.matches("</g>").count());
        assert!(!picture.contains("NaN") && !picture.contains("inf\""), "{name}");
        for field in &layout.beacon.fields {
            assert!(picture.contains(&format!("<title>{}: ", field.name)), "{name}: {} is drawn", field.name);
        }
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "../snapshots" }, {
            insta::assert_binary_snapshot!(&format!("picture_{name}.svg"), picture.into_bytes());
        });
    }
}
