//! Every committed world loads, and fits what it is meant for.

use std::path::{Path, PathBuf};

use swarm_harness::world::{LoadedWorld, load};

const QUARTER_HOUR_MS: u64 = 15 * 60 * 1000;

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

fn load_file(path: &Path) -> LoadedWorld {
    let text = std::fs::read_to_string(path).expect("a committed file");
    let folder = path.parent().expect("a folder").to_path_buf();
    let resolve = |name: &str| std::fs::read_to_string(folder.join(name)).map_err(|error| error.to_string());
    match load(&path.display().to_string(), &text, &resolve) {
        Ok(loaded) => loaded,
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn the_foragers_worlds_fit_its_table() {
    let mut loaded = 0;
    for entry in std::fs::read_dir(examples().join("forager/worlds")).expect("the folder") {
        let path = entry.expect("an entry").path();
        let world = load_file(&path);
        let places = world.world.map().map_or(0, |map| map.places());
        assert!((1..=529).contains(&places), "{}: {places} places", path.display());
        loaded += 1;
    }
    assert!(loaded >= 5, "{loaded} worlds");
}

#[test]
fn the_moisture_trace_is_three_weeks_of_quarter_hours() {
    let loaded = load_file(&examples().join("soil_probe/three_weeks.toml"));
    assert_eq!(loaded.world.sense_ports(), Some(vec!["moisture".to_string()]));
    assert_eq!(loaded.world.ends_at(), None, "it repeats");
    let rows = 21 * 24 * 4;
    let value = |row: u64| loaded.world.sense("moisture", row * QUARTER_HOUR_MS);
    for row in 0..rows {
        let reading = value(row).expect("a value in each row");
        assert_eq!(reading.age, 0, "row {row}");
        assert!((0..=1023).contains(&reading.value), "row {row}: {}", reading.value);
    }
    assert_eq!(value(rows), value(0));
    let values: Vec<i32> = (0..rows).filter_map(|row| value(row).map(|reading| reading.value)).collect();
    let (lowest, highest) = (values.iter().min(), values.iter().max());
    assert!(
        lowest < Some(&350) && highest > Some(&650),
        "it has dry and wet days: {lowest:?} to {highest:?}"
    );
}
