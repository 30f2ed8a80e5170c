//! A hand-made table shown both ways.

use super::*;
use crate::scheduler::CurvePoint;
use crate::world::load;

fn map() -> GridMap {
    let text = "ticks = 1\n[grid]\nwidth = 6\nheight = 4\nstart = [1, 1]\non_done = \"reset\"\n\
                [[reward]]\nx = 4\ny = 1\nvalue = 10\n[[reward]]\nx = 2\ny = 2\nvalue = -3\n";
    let loaded = load("w.toml", text, &|_| Err(String::new())).expect("a good world");
    loaded.world.map().expect("a grid").clone()
}

/// Rows by place: right, right, call, work in the upper row; up, nothing, stop, left in the lower one.
fn state() -> (Vec<u8>, ArrayLayout) {
    let best = [Some(3), Some(3), Some(6), Some(4), Some(0), None, Some(5), Some(2)];
    let rows = best.map(|best| -> [i16; 7] {
        std::array::from_fn(|action| best.map_or(0, |best: usize| if action == best { 64 } else { -64 }))
    });
    let mut bytes = vec![0xAA; 4];
    bytes.extend(rows.iter().flatten().flat_map(|element| element.to_le_bytes()));
    let layout =
        ArrayLayout { name: "q.values".to_string(), offset: 4, element_bytes: 2, rows: 8, columns: 7 };
    (bytes, layout)
}

fn policy() -> Policy {
    let (state, layout) = state();
    Policy::from_state(&state, &layout, 6, &map()).expect("fits")
}

#[test]
fn the_map_shows_the_greedy_action() {
    assert_eq!(ascii(&map(), &policy()), "######\n#>>!*#\n#^ .<#\n######\n");
    assert_eq!(policy().value(&map(), 0), 1.0);
}

#[test]
fn actions_that_are_not_available_are_never_shown() {
    let mut policy = policy();
    policy.values[0] = [9, 1, 9, 1, -1, -1, -1];
    assert_eq!(policy.action(&map(), 0), 1, "neither forward nor left lead anywhere from the corner");
}

#[test]
fn a_table_of_another_shape_is_refused() {
    let (state, layout) = state();
    let code =
        |layout: ArrayLayout| Policy::from_state(&state, &layout, 6, &map()).expect_err("refused").code;
    assert_eq!(code(ArrayLayout { rows: 7, ..layout.clone() }), "policy::shape");
    assert_eq!(code(ArrayLayout { columns: 3, ..layout.clone() }), "policy::shape");
    assert_eq!(code(ArrayLayout { offset: 8, ..layout }), "policy::shape");
}

#[test]
fn the_picture_is_closed_escaped_and_complete() {
    let curve = [CurvePoint { tick: 0, mean: -1.0 }, CurvePoint { tick: 50, mean: 4.0 }];
    let picture = svg(&map(), &policy(), "a < b & \"c\"", (&curve, 100));
    assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"));
    assert!(picture.contains("<title>a &lt; b &amp; &quot;c&quot;</title>"));
    assert_eq!(picture.matches("class=\"gain\"").count(), 2, "one on the map, one in the legend");
    assert_eq!(picture.matches("rotate(90)").count(), 2, "two tiles lead right");
    assert_eq!(picture.matches("class=\"curve\"").count(), 1);
    assert_eq!(picture.matches("<g").count(), picture.matches("</g>").count());
    assert!(!picture.contains("NaN") && !picture.contains("inf"));
    let without = svg(&map(), &policy(), "t", (&[], 0));
    assert!(!without.contains("class=\"curve\""));
}

#[test]
fn an_unlearnt_flat_run_can_be_drawn_too() {
    let policy = Policy { values: vec![[0; ACTIONS]; 8], fraction: 6 };
    let curve = [CurvePoint { tick: 0, mean: 0.0 }];
    let picture = svg(&map(), &policy, "t", (&curve, 1));
    assert!(!picture.contains("NaN") && !picture.contains("inf"), "{picture}");
    assert_eq!(ascii(&map(), &policy), "######\n#    #\n#    #\n######\n");
}
