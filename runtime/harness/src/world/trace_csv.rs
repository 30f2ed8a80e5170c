//! The table of a sensor trace: comma-separated, first line `time_ms` and port names, one row per time.

use crate::error::{HarnessError, Source};

const TIME: &str = "time_ms";

/// Times (rising) and, for each, a value or none per column.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceTable {
    pub columns: Vec<String>,
    pub rows: Vec<TraceRow>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct TraceRow {
    pub time_ms: u64,
    pub values: Vec<Option<i32>>,
}

impl TraceTable {
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }
}

/// Reads a trace. Blank lines are skipped; cells may have spaces around them.
pub fn parse(source: &Source<'_>) -> Result<TraceTable, HarnessError> {
    let mut lines = lines(source.text).filter(|line| !line.text.trim().is_empty());
    let header = lines.next().ok_or_else(|| {
        HarnessError::new("trace::empty", "the trace is empty")
            .at(source, 0..0)
            .help(format!("its first line is {TIME}, then port names, with commas between"))
    })?;
    let columns = parse_header(source, &header)?;
    let mut rows: Vec<TraceRow> = Vec::new();
    for line in lines {
        let row = parse_row(source, &line, columns.len())?;
        if let Some(last) = rows.last().filter(|last| last.time_ms >= row.time_ms) {
            return Err(HarnessError::new(
                "trace::time_order",
                format!("the row's time {} is not after the one before, {}", row.time_ms, last.time_ms),
            )
            .at(source, line.span())
            .help("rows stand in order of time, each time once"));
        }
        rows.push(row);
    }
    if rows.is_empty() {
        return Err(HarnessError::new("trace::no_rows", "the trace has no rows")
            .at(source, header.span())
            .help(format!("add rows of {} cells below the header", columns.len() + 1)));
    }
    Ok(TraceTable { columns, rows })
}

/// A piece of the text and where it begins.
struct Piece<'a> {
    start: usize,
    text: &'a str,
}

impl<'a> Piece<'a> {
    fn span(&self) -> std::ops::Range<usize> {
        self.start..self.start + self.text.len()
    }

    fn cells(&self) -> impl Iterator<Item = Piece<'a>> {
        let mut start = self.start;
        self.text.split(',').map(move |cell| {
            let piece_start = start + (cell.len() - cell.trim_start().len());
            start += cell.len() + 1;
            Piece { start: piece_start, text: cell.trim() }
        })
    }
}

fn lines(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let piece = Piece { start, text: line.trim_end_matches(['\n', '\r']) };
        start += line.len();
        piece
    })
}

fn parse_header(source: &Source<'_>, header: &Piece<'_>) -> Result<Vec<String>, HarnessError> {
    let mut cells = header.cells();
    let first = cells.next().filter(|cell| cell.text == TIME);
    if first.is_none() {
        return Err(HarnessError::new("trace::header", format!("the first column is not {TIME}"))
            .at(source, header.span())
            .help(format!("the first line is {TIME}, then port names: {TIME},moisture")));
    }
    let mut columns: Vec<String> = Vec::new();
    for cell in cells {
        let is_name = !cell.text.is_empty()
            && cell.text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        if !is_name {
            return Err(HarnessError::new("trace::header", format!("{:?} is no port's name", cell.text))
                .at(source, cell.span())
                .help("a port's name has letters, digits and _"));
        }
        if columns.iter().any(|column| column == cell.text) {
            return Err(HarnessError::new(
                "trace::column_twice",
                format!("the column {} stands twice", cell.text),
            )
            .at(source, cell.span())
            .help("a port has one column"));
        }
        columns.push(cell.text.to_string());
    }
    if columns.is_empty() {
        return Err(HarnessError::new("trace::header", "the trace has no port")
            .at(source, header.span())
            .help(format!("name at least one port after {TIME}")));
    }
    Ok(columns)
}

fn parse_row(source: &Source<'_>, line: &Piece<'_>, ports: usize) -> Result<TraceRow, HarnessError> {
    let cells: Vec<Piece<'_>> = line.cells().collect();
    if cells.len() != ports + 1 {
        return Err(HarnessError::new(
            "trace::row_length",
            format!("the row has {} cells, the header {}", cells.len(), ports + 1),
        )
        .at(source, line.span())
        .help("leave a cell empty where there is no value, but keep its comma"));
    }
    let number = |cell: &Piece<'_>, (what, range): (&str, &str)| {
        HarnessError::new("trace::number", format!("{:?} is no {what}", cell.text))
            .at(source, cell.span())
            .help(format!("a {what} is a whole number {range}"))
    };
    let time = ("time in milliseconds", "from 0 on");
    let value = ("value", "from -2147483648 to 2147483647");
    let time_ms = cells[0].text.parse().map_err(|_| number(&cells[0], time))?;
    let values = cells[1..]
        .iter()
        .map(|cell| match cell.text {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| number(cell, value)),
        })
        .collect::<Result<_, _>>()?;
    Ok(TraceRow { time_ms, values })
}
