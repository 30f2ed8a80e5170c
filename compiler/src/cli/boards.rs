//! `swarmc boards`: what is known of boards.

use super::{Done, input, report, shown};
use clap::{Args, Subcommand};
use serde_json::json;

/// List the boards, or show all that is known of one
#[derive(Args)]
#[command(
    after_help = "Examples:\n  swarmc boards\n  swarmc boards show rak4631\n  swarmc boards show ./my.toml"
)]
pub struct Boards {
    #[command(subcommand)]
    command: Option<Show>,
    /// Print JSON
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Subcommand)]
enum Show {
    /// Show a board's values, each with the file that it comes from
    #[command(after_help = "Example:\n  swarmc boards show rak4631")]
    Show {
        /// A board's name, or the path of its TOML file
        board: String,
    },
}

impl Boards {
    pub fn run(self) -> Done {
        match self.command {
            None => list(self.json),
            Some(Show::Show { board }) => show(&board, self.json),
        }
    }
}

fn list(as_json: bool) -> Done {
    let mut boards = Vec::new();
    for name in swarm_targets::names() {
        boards.push(swarm_targets::find(name).map_err(report::target)?.0);
    }
    if as_json {
        let boards: Vec<_> = boards
            .iter()
            .map(|board| json!({"name": board.name, "kind": format!("{:?}", board.kind).to_lowercase(), "description": board.description}))
            .collect();
        return shown::json(&json!(boards));
    }
    let lines = boards.iter().map(|board| {
        let kind = format!("{:?}", board.kind).to_lowercase();
        format!("{:<16} {kind:<9} {}\n", board.name, board.description)
    });
    shown::print(lines.collect::<String>())
}

fn show(name: &str, as_json: bool) -> Done {
    let (_, rows) = input::board(name)?;
    if as_json {
        let rows: Vec<_> = rows
            .iter()
            .map(|row| json!({"key": row.key, "value": row.value, "origin": row.origin}))
            .collect();
        return shown::json(&json!(rows));
    }
    let width =
        |part: fn(&swarm_targets::Row) -> &str| rows.iter().map(|row| part(row).len()).max().unwrap_or(0);
    let (keys, values) = (width(|row| &row.key), width(|row| &row.value));
    let lines =
        rows.iter().map(|row| format!("{:<keys$}  {:<values$}  {}\n", row.key, row.value, row.origin));
    shown::print(lines.collect::<String>())
}
