//! A report as text for a terminal and as one page for a browser, from the same sections.

use std::fmt::Write as _;

use perpetua_i18n::{Lang, text as message};

/// A part of a report.
#[derive(Debug, Default)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// Sentences above the table.
    pub notes: Vec<String>,
    /// Headings of the columns; empty when there is no table.
    pub header: Vec<String>,
    /// Rows of the table; each has as many cells as the header.
    pub rows: Vec<Vec<String>>,
    /// Columns from this one on hold numbers; for bars and alignment.
    pub bars_from: Option<usize>,
}

/// For a terminal. Control characters of the input cannot reach it.
pub fn text(sections: &[Section]) -> String {
    let mut out = String::new();
    for (at, section) in sections.iter().enumerate() {
        let title = plain(&section.title);
        let rule = if at == 0 { "=" } else { "-" }.repeat(title.chars().count());
        writeln!(out, "{title}\n{rule}").unwrap_or_default();
        for note in &section.notes {
            writeln!(out, "{}", plain(note)).unwrap_or_default();
        }
        table(&mut out, section);
        out.push('\n');
    }
    out
}

fn table(out: &mut String, section: &Section) {
    if section.header.is_empty() {
        return;
    }
    let lines: Vec<Vec<String>> = std::iter::once(&section.header)
        .chain(&section.rows)
        .map(|row| row.iter().map(|cell| plain(cell)).collect())
        .collect();
    let width = |column: usize| lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..section.header.len()).map(|column| width(column).unwrap_or(0)).collect();
    for line in lines {
        let mut written = String::new();
        for (cell, width) in line.iter().zip(&widths) {
            let pad = width.saturating_sub(cell.chars().count());
            write!(written, "{cell}{}  ", " ".repeat(pad)).unwrap_or_default();
        }
        writeln!(out, "{}", written.trim_end()).unwrap_or_default();
    }
}

/// One page without scripts or anything from elsewhere.
pub fn html(lang: Lang, sections: &[Section]) -> String {
    let title = escaped(&message(lang, "fleet-title"));
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
        lang.tag()
    );
    for (at, section) in sections.iter().enumerate() {
        let level = if at == 0 { 1 } else { 2 };
        write!(out, "<section>\n<h{level}>{}</h{level}>\n", escaped(&section.title)).unwrap_or_default();
        for note in &section.notes {
            writeln!(out, "<p>{}</p>", escaped(note)).unwrap_or_default();
        }
        html_table(&mut out, section);
        out.push_str("</section>\n");
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn html_table(out: &mut String, section: &Section) {
    if section.header.is_empty() {
        return;
    }
    let number = |cell: &String| cell.parse::<u64>().unwrap_or(0);
    let from = section.bars_from.unwrap_or(usize::MAX);
    let most = section.rows.iter().flat_map(|row| row.iter().skip(from)).map(number).max().unwrap_or(0).max(1);
    out.push_str("<div class=\"wide\"><table>\n<tr>");
    for cell in &section.header {
        write!(out, "<th scope=\"col\">{}</th>", escaped(cell)).unwrap_or_default();
    }
    out.push_str("</tr>\n");
    for row in &section.rows {
        out.push_str("<tr>");
        for (column, cell) in row.iter().enumerate() {
            if column >= from {
                let share = number(cell) * 100 / most;
                write!(out, "<td><span class=\"bar\" style=\"width:{share}%\"></span>{}</td>", escaped(cell))
                    .unwrap_or_default();
            } else {
                write!(out, "<td>{}</td>", escaped(cell)).unwrap_or_default();
            }
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</table></div>\n");
}

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}\
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;\
border-bottom:1px solid #d0d0d0;min-width:4rem}.bar{display:inline-block;height:.75rem;max-width:70%;background:#1f5fa8;margin-right:.5rem}\
@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}th,td{border-color:#444}.bar{background:#7fb2ec}}\
@media print{section{break-inside:avoid-page}}";

/// Text that a page shows as it is.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in plain(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// Without control characters, which could steer a terminal.
fn plain(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}
