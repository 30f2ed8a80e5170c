//! `swarm-opt`: runs MLIR passes over kernels, such as `--canonicalize --cse`.

fn main() {
    std::process::exit(swarm_dialects::opt_main(std::env::args()));
}
