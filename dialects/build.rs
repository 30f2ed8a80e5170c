//! Generates C++ and Rust from td/, and compiles the shim.

#[path = "build/views.rs"]
mod views;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const DIALECTS: [&str; 4] = ["Swarm", "Rl", "Radio", "Adv"];
const SHIM: [&str; 7] =
    ["Dialects.cpp", "Radio.cpp", "Adv.cpp", "Rewrites.cpp", "Api.cpp", "Opt.cpp", "Lsp.cpp"];

fn main() {
    // Everything in these folders is an input: td/*.td, shim/*.
    println!("cargo:rerun-if-changed=td");
    println!("cargo:rerun-if-changed=shim");
    println!("cargo:rerun-if-changed=build");
    println!("cargo:rerun-if-env-changed=MLIR_SYS_220_PREFIX");
    if let Err(message) = run() {
        eprintln!("error: {message}");
        std::process::exit(1);
    }
}

fn run() -> Result<(), String> {
    let prefix =
        PathBuf::from(env::var("MLIR_SYS_220_PREFIX").map_err(|_| "MLIR_SYS_220_PREFIX is not set")?);
    let out = PathBuf::from(env::var("OUT_DIR").map_err(|error| error.to_string())?);
    for dialect in DIALECTS {
        generate(&prefix, &out, dialect)?;
    }
    let mut text = String::new();
    for dialect in DIALECTS {
        let json = tablegen(&prefix, "llvm-tblgen", &["--dump-json"], dialect)?;
        let records =
            serde_json::from_slice(&json).map_err(|error| format!("llvm-tblgen's JSON: {error}"))?;
        let views = views::generate(&records);
        // Ops of these dialects have the names of others.
        text += &if ["Radio", "Adv"].contains(&dialect) {
            let module = dialect.to_lowercase();
            format!("/// Views of the {module} dialect.\npub mod {module} {{ use super::*;\n{views}}}\n")
        } else {
            views
        };
    }
    fs::write(out.join("views.rs"), text).map_err(|error| error.to_string())?;
    compile(&prefix, &out);
    Ok(())
}

/// The C++ of one dialect: what its TableGen back ends make.
fn generate(prefix: &Path, out: &Path, dialect: &str) -> Result<(), String> {
    let mut jobs = vec![
        ("-gen-dialect-decls", "Dialect.h.inc"),
        ("-gen-dialect-defs", "Dialect.cpp.inc"),
        ("-gen-enum-decls", "Enums.h.inc"),
        ("-gen-enum-defs", "Enums.cpp.inc"),
        ("-gen-op-decls", "Ops.h.inc"),
        ("-gen-op-defs", "Ops.cpp.inc"),
    ];
    if dialect == "Rl" {
        jobs.extend([("-gen-typedef-decls", "Types.h.inc"), ("-gen-typedef-defs", "Types.cpp.inc")]);
    }
    for (back_end, suffix) in jobs {
        let text = tablegen(prefix, "mlir-tblgen", &[back_end], dialect)?;
        fs::write(out.join(format!("{dialect}{suffix}")), text).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn tablegen(prefix: &Path, tool: &str, arguments: &[&str], dialect: &str) -> Result<Vec<u8>, String> {
    let output = Command::new(prefix.join("bin").join(tool))
        .args(arguments)
        .arg("-I")
        .arg(prefix.join("include"))
        .arg("-Itd")
        .arg(format!("td/{dialect}.td"))
        .output()
        .map_err(|error| {
            format!("cannot run {tool}: {error}. Install llvm-22 and mlir-22-tools, or `cargo xtask setup`.")
        })?;
    if !output.status.success() {
        return Err(format!("{tool} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr)));
    }
    Ok(output.stdout)
}

fn compile(prefix: &Path, out: &Path) {
    // libLLVM is shared and comes first, so that nothing of LLVM is linked twice; MLIR is static.
    println!("cargo:rustc-link-search={}", prefix.join("lib").display());
    println!("cargo:rustc-link-lib=dylib=LLVM");
    cc::Build::new()
        .cpp(true)
        .compiler(prefix.join("bin/clang++"))
        .std("c++17")
        .flag("-fno-exceptions")
        .flag("-isystem")
        .flag(prefix.join("include").display().to_string())
        // Generated code has warnings that are not ours.
        .flag("-isystem")
        .flag(out.display().to_string())
        .include("shim")
        .warnings_into_errors(true)
        .opt_level(2)
        .debug(false)
        .files(SHIM.iter().map(|file| Path::new("shim").join(file)))
        .compile("swarm_shim");
}
