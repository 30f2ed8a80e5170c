//! A fuzzer of parser, verifier and pipeline: no input may end the process, take for ever, or take much memory.
//!
//! Kernels that are right or nearly so are changed at random (`corpus`, `mutate`), and judged (`judge`) in processes of
//! their own with limits (`supervise`): MLIR's parser is C++, so what is wrong there ends the process. An input is
//! known by seed and number alone. What is found is made smaller (`minimise`) and saved.

pub mod corpus;
pub mod judge;
pub mod minimise;
pub mod mutate;
pub mod supervise;

use crate::random::Random;
use corpus::Corpus;
use judge::Case;

/// An input, by seed and number: the same on every machine.
pub fn case(corpus: &Corpus, seed: u64, number: u64) -> Case {
    let mut random =
        Random::new(seed.wrapping_mul(0x9E37_79B9).wrapping_add(number.wrapping_mul(0xD134_2543_DE82_EF95)));
    let (text, from) = corpus.seed(&mut random);
    let text = mutate::mutate(text, corpus, &mut random);
    let boards = swarm_targets::names();
    Case { text, from, board: random.of(&boards), fast: random.below(2) == 0 }
}
