//! Tables: cells that wrap, rows that stay whole, a head on every page.

use perpetua_app::documents::{Column, Row, Table};

use super::{BODY, Composer, HEADING, Ink, Kind, MARGIN, SMALL, Style, WIDTH, text};
use crate::documents::fonts::Weight;

/// The height of a row whose cells have one line.
pub(super) const ROW_LEAST: f32 = 9.0 * 1.4 + 6.0;
/// The height of heading and head.
pub(super) const HEAD_LEAST: f32 = 48.0;
/// What stays free between columns.
const GAP: f32 = 8.0;

const HEAD: Style = Style { size: 7.5, weight: Weight::Bold, ink: Ink::Soft };

/// A column with its place.
struct Place<'t> {
    column: &'t Column,
    x: f32,
    width: f32,
}

impl Composer<'_> {
    /// A table with its heading.
    pub(super) fn table(&mut self, table: &Table) {
        let places = places(table);
        let first = table.rows.first().map_or(0.0, |row| self.height(&places, row));
        self.keep(HEAD_LEAST + first);
        let heading = self.element(Kind::Heading, None);
        self.set((MARGIN, self.y), HEADING, &table.heading, Some(heading));
        self.y -= HEADING.leading() + 4.0;
        let whole = self.element(Kind::Table, None);
        let head = self.element(Kind::Row, Some(whole));
        self.column_heads(&places, Some(head));
        for row in &table.rows {
            let height = self.height(&places, row);
            if self.y - height < super::BOTTOM {
                self.turn();
                self.column_heads(&places, None);
            }
            self.row(&places, row, whole);
            self.y -= height;
            self.rule(MARGIN, self.y, WIDTH, Ink::Hair);
        }
        self.y -= 14.0;
    }

    fn column_heads(&mut self, places: &[Place<'_>], row: Option<usize>) {
        let mut height = 0.0_f32;
        for place in places {
            let cell = row.map(|row| self.element(Kind::Head, Some(row)));
            height = height.max(self.cell(place, HEAD, &place.column.heading, self.y, cell));
        }
        self.y -= height + 4.0;
        self.rule(MARGIN, self.y, WIDTH, Ink::Full);
    }

    /// The height of a row with the room around its text.
    fn height(&self, places: &[Place<'_>], row: &Row) -> f32 {
        self.cells_height(places, row) + self.detail(row).len_lines() * SMALL.leading() + 6.0
    }

    fn cells_height(&self, places: &[Place<'_>], row: &Row) -> f32 {
        let lines = |(place, cell): (&Place<'_>, &String)| {
            text::wrap(self.fonts, BODY.weight, BODY.size, cell, place.width).len_lines()
        };
        places.iter().zip(&row.cells).map(lines).fold(1.0, f32::max) * BODY.leading()
    }

    fn detail(&self, row: &Row) -> Vec<String> {
        text::wrap(self.fonts, SMALL.weight, SMALL.size, &row.detail, WIDTH)
    }

    fn row(&mut self, places: &[Place<'_>], row: &Row, table: usize) {
        let element = self.element(Kind::Row, Some(table));
        let top = self.y - 3.0;
        let widest = places.iter().position(|place| !place.column.is_number).unwrap_or(0);
        let mut first = None;
        for (at, (place, cell)) in places.iter().zip(&row.cells).enumerate() {
            let own = self.element(Kind::Cell, Some(element));
            if at == widest {
                first = Some(own);
            }
            self.cell(place, BODY, cell, top, Some(own));
        }
        let mut at = top - self.cells_height(places, row);
        for line in self.detail(row) {
            self.set((MARGIN, at), SMALL, &line, first);
            at -= SMALL.leading();
        }
    }

    /// Sets a cell's lines below `top`; answers with their height.
    fn cell(&mut self, place: &Place<'_>, style: Style, words: &str, top: f32, element: Option<usize>) -> f32 {
        let lines = text::wrap(self.fonts, style.weight, style.size, words, place.width);
        let mut at = top;
        for line in &lines {
            if place.column.is_number {
                self.set_right((place.x + place.width, at), style, line, element);
            } else {
                self.set((place.x, at), style, line, element);
            }
            at -= style.leading();
        }
        top - at
    }
}

fn places(table: &Table) -> Vec<Place<'_>> {
    let mut x = MARGIN;
    let last = table.columns.len().saturating_sub(1);
    let place = |(at, column): (usize, &'_ Column)| {
        let whole = WIDTH * f32::from(column.share) / 100.0;
        let start = x;
        x += whole;
        (start, whole - if at == last { 0.0 } else { GAP })
    };
    let measured: Vec<(f32, f32)> = table.columns.iter().enumerate().map(place).collect();
    let join = |(column, (x, width))| Place { column, x, width };
    table.columns.iter().zip(measured).map(join).collect()
}

/// A number of lines as a factor of heights.
trait LenLines {
    fn len_lines(&self) -> f32;
}

impl LenLines for Vec<String> {
    fn len_lines(&self) -> f32 {
        f32::from(u16::try_from(self.len()).unwrap_or(u16::MAX))
    }
}
