//! `swarm-lsp`: the language server for kernels, over standard input and output.

fn main() {
    std::process::exit(swarm_dialects::lsp_main(std::env::args()));
}
