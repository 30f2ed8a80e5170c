//! Sets up, tests, demonstrates and measures the workspace.
fn main() {}
