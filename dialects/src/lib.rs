//! The MLIR dialects swarm and rl
