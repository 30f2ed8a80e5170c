//! Hours that are reckoned by hand.

use super::*;

fn board(name: &str) -> Board {
    swarm_targets::find(name).expect("a built-in board").0
}

fn mah(energy: &Energy, part: Part) -> f64 {
    energy.items.iter().find(|item| item.part == part).map_or(0.0, |item| item.mah)
}

/// 64 million instructions are a second of the nRF52840; 36 s at 22 dBm of the SX1262 are a hundredth of 118 mA.
#[test]
fn an_hour_is_the_sum_of_its_parts() {
    let handlers = vec![HandlerUse { name: "tick".into(), instructions: 64_000, runs: 1000 }];
    let hour = Hour {
        handlers,
        has_channels: true,
        transmit_us: 36_000_000,
        power_dbm: Some(27),
        listen_percent: 100,
        ..Hour::default()
    };
    let energy = energy(&board("t-echo"), &hour).expect("its currents are known");
    let close = |part, expected: f64| {
        let found = mah(&energy, part);
        assert!((found - expected).abs() < 1e-9, "{part:?}: {found} and {expected}");
    };
    close(Part::Run, 3.3 / 3600.0);
    close(Part::Sleep, 0.004 * 3599.0 / 3600.0);
    close(Part::Transmit, 1.18);
    close(Part::Receive, 5.3 * 0.99);
    let sum: f64 = energy.items.iter().map(|item| item.mah).sum();
    assert!((energy.mah - sum).abs() < 1e-9 && energy.battery_mah == Some(850));
    assert!(energy.days.is_some_and(|days| (days - 850.0 / sum / 24.0).abs() < 1e-9));
    assert!(energy.to_text().contains("modelled") && energy.to_json()["modelled"] == true);
}

/// A hundred bits and more are sent a thousand times an hour, on three channels.
#[test]
fn adverts_are_counted_by_events() {
    let advert = Advert { interval_ms: 3600, bytes: 24, listens: false };
    let seconds = 1000.0 * (3.0 * (16.0 + 24.0) * 8.0 + 1000.0) / 1e6;
    assert!((advert.seconds() - seconds).abs() < 1e-9);
    let long = Advert { bytes: 200, ..advert };
    let answered = Advert { listens: true, ..advert };
    assert!(long.seconds() > advert.seconds() && answered.seconds() > advert.seconds());
    let hour = Hour { adverts: vec![advert], ..Hour::default() };
    let energy = energy(&board("microbit-v1"), &hour).expect("its currents are known");
    assert!((mah(&energy, Part::Advert) - seconds / 3600.0 * 10.5).abs() < 1e-9);
    assert!(energy.days.is_none(), "nobody knows its battery");
}

/// The weakest level that is loud enough; of a region that allows more than the radio has, the radio's loudest.
#[test]
fn power_is_the_region_s_as_far_as_the_radio_goes() {
    let current = |name: &str, power_dbm| {
        let hour = Hour { has_channels: true, transmit_us: 1, power_dbm, ..Hour::default() };
        let energy = energy(&board(name), &hour).expect("its currents are known");
        energy.items.iter().find(|item| item.part == Part::Transmit).map(|item| item.microamperes)
    };
    assert_eq!(
        [Some(12), Some(16), None].map(|power| current("rak4631", power)),
        [90_000, 95_000, 118_000].map(Some)
    );
    assert_eq!([Some(12), Some(30)].map(|power| current("tbeam", power)), [87_000, 120_000].map(Some));
    assert_eq!(current("nrf52840dk", None), None);
}

#[test]
fn who_listens_less_takes_less_and_the_host_takes_nothing() {
    let hour = |listen_percent| Hour { has_channels: true, listen_percent, ..Hour::default() };
    let of = |percent| energy(&board("heltec-v3"), &hour(percent)).expect("its currents are known").mah;
    assert!(of(100) > of(10) && of(10) > of(0));
    assert_eq!(energy(&board("host"), &hour(100)), None);
}

/// Ten boards are real ones, and each has its chip's currents.
#[test]
fn every_board_but_the_host_has_currents() {
    let unknown: Vec<_> =
        swarm_targets::names().into_iter().filter(|name| board(name).energy.is_none()).collect();
    assert_eq!(unknown, ["host"]);
}

/// In the worst hour it relays for three others, as long as they all may speak: a T-Echo's cell lasts half a week of such
/// hours, and its chip's part of that is small.
#[test]
fn an_example_s_hour_is_read_from_its_text() {
    let (text, place) = (
        include_str!("../../../../examples/assist/assist.mlir"),
        include_str!("../../../../examples/assist/deploy.toml"),
    );
    let place = swarm_targets::load_deployment("deploy.toml", place).expect("the example is right");
    let speaking = crate::fit::Speaking::of_text(("assist.mlir", text), Some(&place));
    let speaking = speaking.unwrap_or_else(|failure| panic!("{failure:?}"));
    let ticks = speaking.runs.iter().find(|runs| runs.name == "tick").expect("it has a timer");
    assert_eq!((ticks.most, ticks.when.as_str()), (Some(4800), "every 750 ms"));
    let mut hour = speaking.hour;
    hour.handlers.push(HandlerUse { name: "tick".into(), instructions: 10_000, runs: 4800 });
    let energy = energy(&board("t-echo"), &hour).expect("its currents are known");
    let radio = mah(&energy, Part::Transmit) + mah(&energy, Part::Receive);
    assert!(radio > 0.99 * energy.mah, "{energy:?}");
    assert!(energy.days.is_some_and(|days| (3.0..4.0).contains(&days)), "{energy:?}");
}
