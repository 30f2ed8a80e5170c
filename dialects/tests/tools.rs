//! `swarm-opt` and `swarm-lsp` on the examples.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn examples() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let folders = std::fs::read_dir(folder).expect("the examples are there").flatten();
    let files = folders.filter(|entry| entry.path().is_dir()).flat_map(|entry| {
        std::fs::read_dir(entry.path()).into_iter().flatten().flatten().map(|file| file.path())
    });
    files.filter(|path| path.extension().is_some_and(|extension| extension == "mlir")).collect()
}

#[test]
fn the_optimiser_takes_every_example_and_its_own_output() {
    let files = examples();
    assert!(files.len() >= 3, "{files:?}");
    for file in files {
        let run = |input: &Path| {
            let output = Command::new(env!("CARGO_BIN_EXE_swarm-opt"))
                .args(["--canonicalize", "--cse"])
                .arg(input)
                .output()
                .expect("swarm-opt runs");
            assert!(output.status.success(), "{input:?}: {}", String::from_utf8_lossy(&output.stderr));
            output.stdout
        };
        let once = run(&file);
        let again = std::env::temp_dir().join(format!("swarm-opt-{}.mlir", std::process::id()));
        std::fs::write(&again, &once).expect("there is room for a temporary file");
        assert_eq!(String::from_utf8_lossy(&run(&again)), String::from_utf8_lossy(&once), "{file:?}");
        std::fs::remove_file(&again).expect("it was just written");
    }
}

/// A message as the language server's protocol frames it.
fn send(server: &mut impl Write, body: &str) {
    write!(server, "Content-Length: {}\r\n\r\n{body}", body.len()).expect("the server listens");
    server.flush().expect("the server listens");
}

fn receive(server: &mut impl BufRead) -> String {
    let mut length = 0;
    loop {
        let mut line = String::new();
        assert!(server.read_line(&mut line).expect("the server speaks") > 0, "the server has gone");
        if let Some(value) = line.strip_prefix("Content-Length:") {
            length = value.trim().parse().expect("a length is a number");
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    server.read_exact(&mut body).expect("the server sends what it announced");
    String::from_utf8(body).expect("JSON is UTF-8")
}

#[test]
fn the_language_server_reports_errors_and_finds_definitions() {
    const TEXT: &str = "swarm.kernel @k version 1 {\\n  swarm.io @lamp : act i1\\n  swarm.on_start @s {\\n    %a = arith.constant 1 : i32\\n    swarm.act @lamp, %a\\n    swarm.act @missing, %a\\n  }\\n}\\n";
    let mut child = Command::new(env!("CARGO_BIN_EXE_swarm-lsp"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("swarm-lsp runs");
    let mut to = child.stdin.take().expect("it was piped");
    let mut from = BufReader::new(child.stdout.take().expect("it was piped"));
    send(
        &mut to,
        r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}"#,
    );
    assert!(receive(&mut from).contains("definitionProvider"));
    send(&mut to, r#"{"jsonrpc":"2.0","method":"initialized","params":{}}"#);
    let document = format!(
        r#"{{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{{"textDocument":{{"uri":"file:///kernel.mlir","languageId":"mlir","version":1,"text":"{TEXT}"}}}}}}"#
    );
    send(&mut to, &document);
    let diagnostics = receive(&mut from);
    assert!(diagnostics.contains("[unknown-name]") && diagnostics.contains("\"line\":5"), "{diagnostics}");
    // Corrected, the text has definitions: `%a` in the first act is defined in the line before.
    let corrected = TEXT.replace("@missing", "@lamp");
    let change = format!(
        r#"{{"jsonrpc":"2.0","method":"textDocument/didChange","params":{{"textDocument":{{"uri":"file:///kernel.mlir","version":2}},"contentChanges":[{{"text":"{corrected}"}}]}}}}"#
    );
    send(&mut to, &change);
    assert!(receive(&mut from).contains(r#""diagnostics":[]"#));
    send(
        &mut to,
        r#"{"jsonrpc":"2.0","id":2,"method":"textDocument/definition","params":{"textDocument":{"uri":"file:///kernel.mlir"},"position":{"line":4,"character":22}}}"#,
    );
    let definition = receive(&mut from);
    assert!(definition.contains("\"id\":2") && definition.contains("\"line\":3"), "{definition}");
    send(&mut to, r#"{"jsonrpc":"2.0","id":3,"method":"shutdown"}"#);
    receive(&mut from);
    send(&mut to, r#"{"jsonrpc":"2.0","method":"exit"}"#);
    assert!(child.wait().expect("the server ends").success());
}
