fn main() {
    let a: Vec<String> = std::env::args().collect();
    let text = std::fs::read_to_string(&a[1]).unwrap();
    let (board, _) = swarm_targets::find(&a[2]).unwrap();
    let o = swarmc::pipeline::Options { board, bank: swarm_targets::script::Bank::A, optimise: Default::default() };
    let stage = swarmc::stage::Stage::named(&a[3]).unwrap();
    match swarmc::pipeline::compile((&a[1], &text), &o, stage, &swarmc::tools::Installed) {
        Ok(c) => { for x in &c.artefacts { eprintln!("{} {:?}", x.stage.row().name, x.took); }
            use std::io::Write; std::io::stdout().write_all(c.stage(stage).unwrap()).unwrap(); }
        Err(e) => eprintln!("{e:?}"),
    }
}
