//! What stands where on the pages of a document: pure, measured in points from the lower left corner of A4.
//!
//! Tables break between rows and repeat their head; sums stay together; every page says which of how many it is.

mod table;
mod text;

use perpetua_app::documents::Document;

use super::fonts::{Fonts, Weight};

/// Width of a page.
pub(super) const PAGE_WIDTH: f32 = 595.28;
/// Height of a page.
pub(super) const PAGE_HEIGHT: f32 = 841.89;
/// What stays free at the left and at the right.
const MARGIN: f32 = 48.0;
/// Where the first line of a page begins.
const TOP: f32 = PAGE_HEIGHT - 48.0;
/// Where the last line of a page ends at the latest.
const BOTTOM: f32 = 72.0;
/// The width of what is between the margins.
const WIDTH: f32 = PAGE_WIDTH - 2.0 * MARGIN;

/// How dark something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// Text.
    Full,
    /// Names of facts, notes. Dark enough to be read on paper and by weak eyes.
    Soft,
    /// Lines between rows.
    Hair,
}

/// What a piece of a document is, for those who do not see where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Title,
    Heading,
    Paragraph,
    Table,
    Row,
    Head,
    Cell,
}

/// A piece of a document and the piece that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Element {
    pub kind: Kind,
    /// `None` for pieces of the document itself.
    pub parent: Option<usize>,
}

/// One line of text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Text {
    pub x: f32,
    /// Its base line.
    pub y: f32,
    pub size: f32,
    pub weight: Weight,
    pub ink: Ink,
    pub words: String,
    /// `None` for what only helps the eye, such as repeated heads.
    pub element: Option<usize>,
}

/// A line between rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bar {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
    pub ink: Ink,
}

/// A page.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Page {
    pub texts: Vec<Text>,
    pub bars: Vec<Bar>,
}

/// All pages, and the pieces that their texts belong to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    pub pages: Vec<Page>,
    pub elements: Vec<Element>,
}

/// Lays a document out.
pub(super) fn layout(document: &Document, fonts: &Fonts) -> Layout {
    let mut composer = Composer { fonts, pages: vec![Page::default()], elements: Vec::new(), y: TOP };
    composer.head(document);
    composer.parties(document);
    composer.table(&document.lines);
    composer.sums(document);
    composer.remarks(document);
    composer.labels(document);
    Layout { pages: composer.pages, elements: composer.elements }
}

/// Size, weight and ink of a text.
#[derive(Debug, Clone, Copy)]
struct Style {
    size: f32,
    weight: Weight,
    ink: Ink,
}

const BODY: Style = Style { size: 9.0, weight: Weight::Regular, ink: Ink::Full };
const STRONG: Style = Style { size: 9.0, weight: Weight::Bold, ink: Ink::Full };
const SMALL: Style = Style { size: 7.5, weight: Weight::Regular, ink: Ink::Soft };
const HEADING: Style = Style { size: 11.0, weight: Weight::Bold, ink: Ink::Full };
const TITLE: Style = Style { size: 20.0, weight: Weight::Bold, ink: Ink::Full };
const SUM: Style = Style { size: 11.0, weight: Weight::Bold, ink: Ink::Full };

impl Style {
    /// The height that a line of it takes.
    fn leading(self) -> f32 {
        self.size * 1.4
    }
}

struct Composer<'f> {
    fonts: &'f Fonts,
    pages: Vec<Page>,
    elements: Vec<Element>,
    /// The upper edge of what comes next.
    y: f32,
}

impl Composer<'_> {
    fn page(&mut self) -> &mut Page {
        if self.pages.is_empty() {
            self.pages.push(Page::default());
        }
        let last = self.pages.len() - 1;
        &mut self.pages[last]
    }

    fn element(&mut self, kind: Kind, parent: Option<usize>) -> usize {
        self.elements.push(Element { kind, parent });
        self.elements.len() - 1
    }

    fn turn(&mut self) {
        self.pages.push(Page::default());
        self.y = TOP;
    }

    /// Turns the page unless this height is left.
    fn keep(&mut self, height: f32) {
        if self.y - height < BOTTOM {
            self.turn();
        }
    }

    /// Sets one line of text below `top`.
    fn set(&mut self, (x, top): (f32, f32), style: Style, words: &str, element: Option<usize>) {
        let text = Text {
            x,
            y: top - style.size,
            size: style.size,
            weight: style.weight,
            ink: style.ink,
            words: words.to_owned(),
            element,
        };
        self.page().texts.push(text);
    }

    /// Sets one line of text that ends at `right`.
    fn set_right(&mut self, (right, top): (f32, f32), style: Style, words: &str, element: Option<usize>) {
        let width = self.fonts.width(style.weight, style.size, words);
        self.set((right - width, top), style, words, element);
    }

    /// Sets a text in as many lines as it takes; answers with their height.
    fn fill(&mut self, (x, top): (f32, f32), width: f32, style: Style, words: &str, element: usize) -> f32 {
        let lines = text::wrap(self.fonts, style.weight, style.size, words, width);
        let mut at = top;
        for line in &lines {
            self.set((x, at), style, line, Some(element));
            at -= style.leading();
        }
        top - at
    }

    fn rule(&mut self, x: f32, y: f32, width: f32, ink: Ink) {
        self.page().bars.push(Bar { x, y, width, height: if ink == Ink::Hair { 0.5 } else { 0.9 }, ink });
    }

    fn head(&mut self, document: &Document) {
        let issuer = self.element(Kind::Paragraph, None);
        self.y -= self.fill((MARGIN, self.y), WIDTH, STRONG, &document.issuer, issuer) + 10.0;
        let title = self.element(Kind::Title, None);
        self.y -= self.fill((MARGIN, self.y), WIDTH, TITLE, &document.title, title) + 8.0;
        let width = WIDTH / 3.0;
        for row in document.facts.chunks(3) {
            let mut height = 0.0_f32;
            for (at, (name, value)) in row.iter().enumerate() {
                let x = MARGIN + width * [0.0, 1.0, 2.0][at];
                let fact = self.element(Kind::Paragraph, None);
                let named = self.fill((x, self.y), width - 12.0, SMALL, name, fact);
                height = height.max(named + self.fill((x, self.y - named), width - 12.0, BODY, value, fact));
            }
            self.y -= height + 6.0;
        }
        self.rule(MARGIN, self.y, WIDTH, Ink::Hair);
        self.y -= 12.0;
    }

    fn parties(&mut self, document: &Document) {
        let width = WIDTH / 3.0;
        for row in document.parties.chunks(3) {
            let mut height = 0.0_f32;
            for (at, party) in row.iter().enumerate() {
                let x = MARGIN + width * [0.0, 1.0, 2.0][at];
                let heading = self.element(Kind::Paragraph, None);
                let mut used = self.fill((x, self.y), width - 12.0, SMALL, &party.heading, heading);
                for (at, line) in party.lines.iter().enumerate() {
                    let style = if at == 0 { STRONG } else { BODY };
                    let words = self.element(Kind::Paragraph, None);
                    used += self.fill((x, self.y - used), width - 12.0, style, line, words);
                }
                height = height.max(used);
            }
            self.y -= height + 14.0;
        }
    }

    /// Tax per rate and totals, never apart from each other unless there are very many rates.
    fn sums(&mut self, document: &Document) {
        let rows = f32::from(u16::try_from(document.tax.rows.len()).unwrap_or(u16::MAX));
        let height = rows * table::ROW_LEAST + table::HEAD_LEAST + 100.0;
        self.y -= 6.0;
        self.keep(height.min(TOP - BOTTOM));
        self.table(&document.tax);
        let (left, right) = (MARGIN + WIDTH * 0.5, MARGIN + WIDTH);
        for (at, (name, sum)) in document.totals.iter().enumerate() {
            let is_last = at + 1 == document.totals.len();
            let style = if is_last { SUM } else { BODY };
            if is_last {
                self.rule(left, self.y, right - left, Ink::Full);
                self.y -= 4.0;
            }
            let line = self.element(Kind::Paragraph, None);
            self.set((left, self.y), style, name, Some(line));
            self.set_right((right, self.y), style, sum, Some(line));
            self.y -= style.leading() + 2.0;
        }
        self.y -= 10.0;
    }

    fn remarks(&mut self, document: &Document) {
        for remark in &document.remarks {
            let lines = text::wrap(self.fonts, BODY.weight, BODY.size, remark, WIDTH);
            self.keep(BODY.leading() * f32::from(u16::try_from(lines.len()).unwrap_or(u16::MAX)).min(30.0));
            let said = self.element(Kind::Paragraph, None);
            for line in &lines {
                self.keep(BODY.leading());
                self.set((MARGIN, self.y), BODY, line, Some(said));
                self.y -= BODY.leading();
            }
            self.y -= 4.0;
        }
    }

    /// What stands below each page, once all pages are known.
    fn labels(&mut self, document: &Document) {
        let pages = self.pages.len();
        let fonts = self.fonts;
        for (at, page) in self.pages.iter_mut().enumerate() {
            let text = |x: f32, words: String| Text {
                x,
                y: 44.0,
                size: SMALL.size,
                weight: SMALL.weight,
                ink: SMALL.ink,
                words,
                element: None,
            };
            let label = document.page_label(at + 1, pages);
            let width = fonts.width(SMALL.weight, SMALL.size, &label);
            let own = text::fitting(fonts, SMALL.size, &document.title, WIDTH - width - 12.0);
            page.texts.push(text(MARGIN, own));
            page.texts.push(text(MARGIN + WIDTH - width, label));
            page.bars.push(Bar { x: MARGIN, y: 58.0, width: WIDTH, height: 0.5, ink: Ink::Hair });
        }
    }
}
