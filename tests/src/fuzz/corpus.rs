//! What inputs are made from: the repository's kernels, right and wrong, random ones, and pieces of MLIR.

use crate::model::Plan;
use crate::random::Random;
use crate::rounds;
use crate::shared::Shared;
use crate::steps::Subject;
use crate::tiled::Tiled;
use std::path::Path;
use swarm_targets::script::Bank;
use swarmc::pipeline::{Optimise, Options, compile};
use swarmc::stage::Stage;
use swarmc::tools::Installed;

/// Texts and words to take from.
pub struct Corpus {
    /// Sources of kernels.
    pub sources: Vec<String>,
    /// The same at stage `core`, where they are right.
    pub cores: Vec<String>,
    /// Words that stand in any of them, each once.
    pub words: Vec<String>,
}

/// Folders of the repository with kernels.
const FOLDERS: [&str; 3] = ["examples", "tests/baselines", "tests/cases/fail"];

/// What people do not write in kernels, and MLIR's parser knows all the same.
const PIECES: &[&str] = &[
    "\"swarm.get\"() <{var = @x}> : () -> i32\n",
    "\"swarm.set\"(%x) : (i32) -> ()\n",
    "\"rl.begin\"(%x) <{table = @q}> : (i32) -> i32\n",
    "\"rl.table\"() <{sym_name = \"t\"}> : () -> ()\n",
    "\"rl.complete\"() : () -> ()\n",
    "\"swarm.on_timer\"() ({\n}) : () -> ()\n",
    "\"swarm.kernel\"() ({}) : () -> ()\n",
    "\"scf.for\"(%x, %x, %x) ({}) : (i32, i32, i32) -> ()\n",
    "\"scf.if\"(%x) ({}, {}) : (i1) -> ()\n",
    "\"scf.while\"() ({}, {}) : () -> ()\n",
    "\"arith.constant\"() : () -> i32\n",
    "\"arith.addi\"(%x, %x) : (i32, i32) -> i32\n",
    "\"func.func\"() ({}) : () -> ()\n",
    "\"builtin.module\"() ({}) : () -> ()\n",
    "\"llvm.mlir.constant\"() : () -> i32\n",
    "%x = arith.constant 1 : i32\n",
    "%x = arith.constant 9223372036854775807 : index\n",
    "%x = arith.constant dense<1> : vector<4xi32>\n",
    "%x = arith.constant dense<0> : tensor<1000000000xi32>\n",
    "%x = arith.divsi %x, %x : i32\n",
    "%x = scf.for %i = %x to %x step %x iter_args(%y = %x) -> (i32) { scf.yield %y : i32 }\n",
    "%x = scf.if %x -> (i32) { scf.yield %x : i32 } else { scf.yield %x : i32 }\n",
    "scf.if %x { }\n",
    "scf.while : () -> () { %c = arith.constant 0 : i1 scf.condition(%c) } do { scf.yield }\n",
    "swarm.view @x : memref<4xi32>\n",
    "swarm.check %x fault 1\n",
    "memref.load %x[%x] : memref<4xi32>\n",
    "linalg.matmul ins(%x, %x : tensor<4x4xi32>, tensor<4x4xi32>) outs(%x : tensor<4x4xi32>)\n",
    "%x = tensor.empty() : tensor<4x4xi32>\n",
    "%x = tensor.empty() : tensor<1048576xi64>\n",
    "%x = tensor.splat %x : tensor<2xi8>\n",
    "%x = tensor.extract %x[%x] : tensor<4xi32>\n",
    "%x = tensor.insert %x into %x[%x] : tensor<4xi32>\n",
    "%x = arith.addi %x, %x : tensor<4xi8>\n",
    "%x = linalg.fill ins(%x : i8) outs(%x : tensor<4xi8>) -> tensor<4xi8>\n",
    "%x = linalg.map ins(%x : tensor<4xi8>) outs(%x : tensor<4xi8>) (%a: i8, %b: i8) { linalg.yield %b : i8 }\n",
    "%x = linalg.transpose ins(%x : tensor<4x4xi8>) outs(%x : tensor<4x4xi8>) permutation = [1, 0]\n",
    "swarm.set @y, %x : tensor<4xi8>\n",
    "swarm.var @y : tensor<4xi8> = dense<[1, 2, 3, 4]>\n",
    "swarm.var @y : tensor<4xi8> = dense<\"0x01020304\">\n",
    "swarm.var @y : tensor<4xi8> = dense<\"0x01\">\n",
    "swarm.var @y : tensor<2x2xi8> = dense<[[1, 2], [3]]>\n",
    "swarm.var @y : tensor<4xi8> = sparse<[[0]], [1]>\n",
    "swarm.var @y : tensor<4xi8> = dense_resource<blob>\n",
    "swarm.var @y : tensor<0xi8>\n",
    "swarm.var @y : tensor<4294967296x4294967296xi8>\n",
    "swarm.var @y : tensor<9223372036854775807xi64> = dense<0>\n",
    "{-# dialect_resources: { builtin: { blob: \"0x08000000010000000000000002000000\" } } #-}\n",
    "#alias = dense<0> : tensor<4xi8>\n",
    "!alias = i32\n",
    "#map = affine_map<(d0)[s0] -> (d0 floordiv 0, s0 mod 0)>\n",
    "^bb0:\n",
    "^bb0(%a: i32, %b: !rl.table<4x4xi16, frac = 6>):\n",
    " loc(\"x\":1:2)",
    " loc(fused[\"a\", callsite(\"b\" at \"c\")])",
    " loc(unknown)",
    " {swarm.at_core}",
    " attributes {swarm.at_core, swarm.proven}",
    " {a = #llvm.loop_annotation<>}",
    " {a = affine_map<(d0) -> (d0)>, b = !llvm.struct<\"s\", (ptr)>, c = array<i32: 1, 2>}",
    " {a = strided<[1], offset: ?>, b = distinct[0]<unit>}",
    "memref<?x?xi32, strided<[?, 1], offset: ?>>",
    "memref<4xi32, affine_map<(d0) -> (d0, d0)>>",
    "vector<[4]x4xi32>",
    "tensor<*xi32>",
    "tensor<?xi32>",
    "tensor<4xi32, 1>",
    "complex<i32>",
    "tuple<i32, tuple<>>",
    "none",
    "f32",
    "i16777215",
    "i16777216",
    "si32",
    "!rl.table<4x4xi16, frac = 6>",
    "!rl.table<?x4xi16, frac = -1>",
    "!rl.table<16777216x32xi32, frac = 31>",
    "!swarm.x",
    "!llvm.ptr",
    "!llvm.array<4 x i32>",
    "() -> ()",
    "\"\\00\\FF\"",
    "\"\\22\"",
    "@\"\"",
    "@\"a b\"",
    "@x::@y",
    "%0:2",
    "%x#1",
    "0xFFFFFFFFFFFFFFFF",
    "0x7FF0000000000000",
    "dense<>",
    "unit",
    "true",
    "@",
    "%",
    "#",
    "!",
    "^",
    "//",
    "\r\n",
    "\u{0}",
    "\u{feff}",
    "🐕",
];

impl Corpus {
    /// Reads the repository's kernels, and compiles those that are right to stage `core`.
    pub fn load() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the repository");
        let mut sources = Vec::new();
        for folder in FOLDERS {
            read(&root.join(folder), &mut sources);
        }
        for seed in 1..=16 {
            let plan = Plan::random(&mut Random::new(u64::from(seed)));
            sources.push(if seed % 4 == 0 { rounds::kernel(&plan, 9) } else { plan.kernel() });
            sources.push(if seed % 2 == 0 {
                Tiled::random(seed).kernel()
            } else {
                Shared::random(seed).kernel()
            });
        }
        assert!(sources.len() > 60, "only {} kernels were found", sources.len());
        let cores = sources.iter().filter_map(|source| core(source)).collect();
        let mut words: Vec<String> =
            sources.iter().flat_map(|text| super::mutate::tokens(text)).map(str::to_owned).collect();
        words.retain(|word| !word.trim().is_empty() && word.len() < 60);
        words.sort();
        words.dedup();
        Self { sources, cores, words }
    }

    /// A text to begin with, and its stage.
    pub fn seed(&self, random: &mut Random) -> (String, Stage) {
        match random.below(8) {
            0 => (self.any(&self.cores, random), Stage::Core),
            1 => (Plan::random(random).kernel(), Stage::Source),
            2 if random.below(2) == 0 => (Tiled::random(random.draw()).kernel(), Stage::Source),
            2 => (Shared::random(random.draw()).kernel(), Stage::Source),
            _ => (self.any(&self.sources, random), Stage::Source),
        }
    }

    fn any(&self, texts: &[String], random: &mut Random) -> String {
        texts[random.below(texts.len() as u32) as usize].clone()
    }

    /// A word or a piece.
    pub fn word(&self, random: &mut Random) -> &str {
        if random.below(3) == 0 {
            random.of(PIECES)
        } else {
            &self.words[random.below(self.words.len() as u32) as usize]
        }
    }
}

fn read(folder: &Path, texts: &mut Vec<String>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    // The order of a folder is the file system's.
    paths.sort();
    for path in paths {
        if path.is_dir() {
            read(&path, texts);
        } else if path.extension().is_some_and(|extension| extension == "mlir") {
            texts.push(std::fs::read_to_string(&path).expect("a kernel is text"));
        }
    }
}

fn core(source: &str) -> Option<String> {
    let board = swarm_targets::find("host").expect("the host is built in").0;
    let options = Options { board, bank: Bank::A, optimise: Optimise::Size };
    let compiled = compile(("seed.mlir", source), &options, Stage::Core, &Installed).ok()?;
    Some(String::from_utf8_lossy(compiled.stage(Stage::Core)?).into_owned())
}
