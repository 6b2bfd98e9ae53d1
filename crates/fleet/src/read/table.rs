//! `Format-Table`: columns side by side over a line of dashes.

use super::group::Groups;
use super::rows::Columns;
use super::{Context, Mapping};

/// The columns of a table by position, in characters.
#[derive(Debug)]
pub struct Layout {
    columns: Columns,
    /// Begin and end of each run of dashes.
    runs: Vec<(usize, usize)>,
}

impl Layout {
    /// The layout that a header over a line of dashes shows; `None` when it is none.
    pub fn of(header: &str, dashes: &str, mapping: &Mapping) -> Option<Self> {
        if !dashes.contains("--") || !dashes.chars().all(|character| character == '-' || character == ' ') {
            return None;
        }
        let runs = runs(dashes);
        let cells = cells(header, &runs);
        let columns = Columns::of(&cells, mapping)?;
        (runs.len() >= 2).then_some(Self { columns, runs })
    }

    /// Headers that nobody knows.
    pub fn unknown(&self) -> &[String] {
        &self.columns.unknown
    }

    /// Reads one row. A value that the console shortened is doubted.
    pub fn add(&self, groups: &mut Groups, line: u32, row: &str, cx: &Context<'_>) {
        let cells = cells(row, &self.runs);
        let is_cut = cells.iter().any(|cell| cell.ends_with("...") || cell.ends_with('…'));
        let kept: Vec<&str> = cells.iter().map(String::as_str).collect();
        self.columns.add(groups, line, &kept, cx, is_cut);
    }
}

fn runs(dashes: &str) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut start = None;
    for (at, character) in dashes.chars().chain([' ']).enumerate() {
        match (character, start) {
            ('-', None) => start = Some(at),
            (' ', Some(from)) => {
                runs.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    runs
}

/// Cuts a row between the columns. Numbers are set to the right and may begin before their column's dashes,
/// so each cut moves left to the nearest blank, but not beyond the column before.
fn cells(row: &str, runs: &[(usize, usize)]) -> Vec<String> {
    let row: Vec<char> = row.chars().collect();
    let mut cuts = vec![0];
    for pair in runs.windows(2) {
        let ((_, end), (start, _)) = (pair[0], pair[1]);
        let mut cut = start;
        while cut > end && row.get(cut - 1).is_some_and(|before| *before != ' ') {
            cut -= 1;
        }
        cuts.push(if cut == end && row.get(cut).is_some_and(|at| *at != ' ') { start } else { cut });
    }
    cuts.push(row.len());
    cuts.windows(2)
        .map(|pair| {
            let (from, to) = (pair[0].min(row.len()), pair[1].min(row.len()));
            row.get(from..to).unwrap_or_default().iter().collect::<String>().trim().to_owned()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_set_to_the_right_are_cut_from_the_text_before() {
        let dashes = "--------------  --------------------";
        let runs = runs(dashes);
        assert_eq!(runs, [(0, 14), (16, 36)]);
        assert_eq!(cells("WS-0417                       201310", &runs), ["WS-0417", "201310"]);
        assert_eq!(cells("a", &runs), ["a", ""]);
        assert_eq!(cells("", &runs), ["", ""]);
    }
}
