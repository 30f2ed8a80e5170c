//! MLIR's diagnostics as values: severity, place, message, notes.

use melior::Context;
use melior::diagnostic::{Diagnostic, DiagnosticSeverity};
use melior::ir::Location;
use std::cell::RefCell;
use std::rc::Rc;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    Error,
    Warning,
    Remark,
}

/// A place in a text: line and column count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub file: String,
    pub line: usize,
    pub column: usize,
}

/// What else belongs to a diagnostic, elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub message: String,
    pub place: Option<Place>,
}

/// One diagnostic. Our own messages begin with their code in brackets, `[range] ...`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    pub severity: Severity,
    pub message: String,
    pub place: Option<Place>,
    pub notes: Vec<Note>,
}

/// Runs `work` and gives its result with the diagnostics that it caused, in order.
pub fn collect<T>(context: &Context, work: impl FnOnce() -> T) -> (T, Vec<Reported>) {
    let reported = Rc::new(RefCell::new(Vec::new()));
    let sink = Rc::clone(&reported);
    let handler = context.attach_diagnostic_handler(move |diagnostic| {
        sink.borrow_mut().push(report(&diagnostic));
        true
    });
    let result = work();
    context.detach_diagnostic_handler(handler);
    let reported = reported.take();
    (result, reported)
}

fn report(diagnostic: &Diagnostic) -> Reported {
    let notes = (0..diagnostic.note_count())
        .filter_map(|i| diagnostic.note(i).ok())
        .map(|note| Note { message: note.to_string(), place: place(note.location()) })
        .filter(|note| !note.message.starts_with("see current operation"))
        .collect();
    let severity = match diagnostic.severity() {
        DiagnosticSeverity::Error => Severity::Error,
        DiagnosticSeverity::Warning => Severity::Warning,
        DiagnosticSeverity::Note | DiagnosticSeverity::Remark => Severity::Remark,
    };
    Reported { severity, message: diagnostic.to_string(), place: place(diagnostic.location()), notes }
}

/// The file position behind a location, looking through names, calls and fusions.
pub fn place(location: Location) -> Option<Place> {
    if location.is_name() {
        return place(location.name_child_location());
    }
    if location.is_call_site() {
        return place(location.call_site_callee());
    }
    if location.is_fused() {
        return (0..location.fused_num_locations()).find_map(|i| place(location.fused_location(i)));
    }
    location.is_file_line_col_range().then(|| Place {
        file: location.file_line_col_range_filename().as_string_ref().as_str().unwrap_or("").to_owned(),
        line: location.file_line_col_range_start_line(),
        column: location.file_line_col_range_start_column(),
    })
}
