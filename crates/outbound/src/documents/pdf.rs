//! A layout written down as PDF 1.7: embedded fonts, text that can be selected, structure for screen readers.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use jiff::tz::TimeZone;
use pdf_writer::types::{CidFontType, FontFlags, StructRole, SystemInfo, TabOrder, TableHeaderScope, UnicodeCmap};
use pdf_writer::{Content, Date, Filter, Finish as _, Name, Pdf, Rect, Ref, Str, TextStr};
use perpetua_app::documents::Document;

use super::fonts::{Font, Fonts, Weight};
use super::layout::{Ink, Kind, Layout, PAGE_HEIGHT, PAGE_WIDTH, Page};

const WEIGHTS: [(Weight, Name<'static>); 2] = [(Weight::Regular, Name(b"F1")), (Weight::Bold, Name(b"F2"))];
const IDENTITY: SystemInfo<'static> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// Gives out object numbers.
struct Numbers(i32);

impl Numbers {
    fn next(&mut self) -> Ref {
        self.0 += 1;
        Ref::new(self.0)
    }
}

/// The objects that others refer to.
struct Places {
    catalog: Ref,
    pages: Ref,
    tree: Ref,
    document: Ref,
    fonts: Vec<Ref>,
    page: Vec<Ref>,
    element: Vec<Ref>,
}

/// Where the texts of an element stand: page and number of the marked content, in order.
type Marks = Vec<Vec<(usize, i32)>>;

/// The document as a file.
pub(super) fn write(document: &Document, layout: &Layout, fonts: &Fonts) -> Vec<u8> {
    let mut numbers = Numbers(0);
    let mut many = |count: usize| -> Vec<Ref> { (0..count).map(|_| numbers.next()).collect() };
    let single = many(4);
    let places = Places {
        catalog: single[0],
        pages: single[1],
        tree: single[2],
        document: single[3],
        fonts: many(WEIGHTS.len()),
        page: many(layout.pages.len()),
        element: many(layout.elements.len()),
    };
    let mut pdf = Pdf::new();
    catalog(&mut pdf, document, &places);
    information(&mut pdf, document, numbers.next());
    let mut marks: Marks = vec![Vec::new(); layout.elements.len()];
    let count = i32::try_from(layout.pages.len()).unwrap_or(i32::MAX);
    pdf.pages(places.pages).kids(places.page.iter().copied()).count(count);
    let mut owners: Vec<Vec<Ref>> = Vec::new();
    for (at, page) in layout.pages.iter().enumerate() {
        let stream = numbers.next();
        let (content, own) = content(page, at, fonts, &mut marks);
        owners.push(own.into_iter().map(|element| places.element[element]).collect());
        pdf.stream(stream, &compressed(&content)).filter(Filter::FlateDecode);
        let mut written = pdf.page(places.page[at]);
        written.parent(places.pages).media_box(Rect::new(0.0, 0.0, PAGE_WIDTH, PAGE_HEIGHT)).contents(stream);
        written.struct_parents(i32::try_from(at).unwrap_or(i32::MAX)).tab_order(TabOrder::StructureOrder);
        let mut resources = written.resources();
        let mut named = resources.fonts();
        for ((_, name), id) in WEIGHTS.iter().zip(&places.fonts) {
            named.pair(*name, *id);
        }
    }
    structure(&mut pdf, layout, &places, (&marks, &owners), &mut numbers);
    for ((weight, _), id) in WEIGHTS.iter().zip(&places.fonts) {
        let texts = layout.pages.iter().flat_map(|page| &page.texts).filter(|text| text.weight == *weight);
        embed(&mut pdf, fonts.of(*weight), texts.flat_map(|text| text.words.chars()), *id, &mut numbers);
    }
    pdf.finish()
}

fn catalog(pdf: &mut Pdf, document: &Document, places: &Places) {
    let mut catalog = pdf.catalog(places.catalog);
    catalog.pages(places.pages).lang(TextStr(document.lang.tag()));
    catalog.mark_info().marked(true);
    catalog.viewer_preferences().display_doc_title(true);
    catalog.pair(Name(b"StructTreeRoot"), places.tree);
}

fn information(pdf: &mut Pdf, document: &Document, id: Ref) {
    let at = TimeZone::UTC.to_datetime(document.issued_at);
    let small = |number: i8| u8::try_from(number).unwrap_or(0);
    let date = Date::new(u16::try_from(at.year()).unwrap_or(0))
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0);
    pdf.document_info(id)
        .title(TextStr(&document.title))
        .author(TextStr(&document.issuer))
        .producer(TextStr("Perpetua"))
        .creation_date(date);
}

/// What a page shows, and which element each of its marked contents belongs to.
fn content(page: &Page, at: usize, fonts: &Fonts, marks: &mut Marks) -> (Vec<u8>, Vec<usize>) {
    let mut content = Content::new();
    let mut owners = Vec::new();
    content.begin_marked_content(Name(b"Artifact"));
    for bar in &page.bars {
        content.set_fill_gray(gray(bar.ink)).rect(bar.x, bar.y, bar.width, bar.height).fill_nonzero();
    }
    content.end_marked_content();
    for text in &page.texts {
        match text.element {
            None => {
                content.begin_marked_content(Name(b"Artifact"));
            }
            Some(element) => {
                let id = i32::try_from(owners.len()).unwrap_or(i32::MAX);
                content.begin_marked_content_with_properties(Name(b"Span")).properties().identify(id);
                marks[element].push((at, id));
                owners.push(element);
            }
        }
        let font = fonts.of(text.weight);
        let glyphs: Vec<u8> = text.words.chars().flat_map(|letter| font.glyph(letter).to_be_bytes()).collect();
        let name = WEIGHTS.iter().find(|(weight, _)| *weight == text.weight).map_or(Name(b"F1"), |(_, name)| *name);
        content.begin_text().set_fill_gray(gray(text.ink)).set_font(name, text.size);
        content.next_line(text.x, text.y).show(Str(&glyphs)).end_text();
        content.end_marked_content();
    }
    (content.finish().to_vec(), owners)
}

const fn gray(ink: Ink) -> f32 {
    match ink {
        Ink::Full => 0.07,
        Ink::Soft => 0.35,
        Ink::Hair => 0.8,
    }
}

/// The tree of elements, and the way back from marked contents to them.
fn structure(
    pdf: &mut Pdf,
    layout: &Layout,
    places: &Places,
    (marks, owners): (&Marks, &[Vec<Ref>]),
    numbers: &mut Numbers,
) {
    let mut kids: Vec<Vec<usize>> = vec![Vec::new(); layout.elements.len()];
    let mut top = Vec::new();
    for (at, element) in layout.elements.iter().enumerate() {
        match element.parent {
            Some(parent) => kids[parent].push(at),
            None => top.push(places.element[at]),
        }
    }
    for (at, element) in layout.elements.iter().enumerate() {
        let mut written = pdf.struct_element(places.element[at]);
        written.kind(role(element.kind));
        written.parent(element.parent.map_or(places.document, |parent| places.element[parent]));
        if element.kind == Kind::Head {
            written.attributes().push().table().scope(TableHeaderScope::Column);
        }
        let mut children = written.children();
        for kid in &kids[at] {
            children.struct_element(places.element[*kid]);
        }
        for (page, id) in &marks[at] {
            children.marked_content_ref().page(places.page[*page]).marked_content_id(*id);
        }
    }
    let mut document = pdf.struct_element(places.document);
    document.kind(StructRole::Document).parent(places.tree);
    let mut children = document.children();
    for element in top {
        children.struct_element(element);
    }
    children.finish();
    document.finish();
    let lists: Vec<Ref> = owners.iter().map(|_| numbers.next()).collect();
    for (list, own) in lists.iter().zip(owners) {
        pdf.indirect(*list).array().items(own.iter().copied());
    }
    let mut tree = pdf.indirect(places.tree).dict();
    tree.pair(Name(b"Type"), Name(b"StructTreeRoot"));
    tree.insert(Name(b"K")).array().item(places.document);
    tree.pair(Name(b"ParentTreeNextKey"), i32::try_from(lists.len()).unwrap_or(i32::MAX));
    let mut parents = tree.insert(Name(b"ParentTree")).dict();
    let mut nums = parents.insert(Name(b"Nums")).array();
    for (at, list) in lists.iter().enumerate() {
        nums.item(i32::try_from(at).unwrap_or(i32::MAX)).item(*list);
    }
}

const fn role(kind: Kind) -> StructRole {
    match kind {
        Kind::Title => StructRole::H1,
        Kind::Heading => StructRole::H2,
        Kind::Paragraph => StructRole::P,
        Kind::Table => StructRole::Table,
        Kind::Row => StructRole::TR,
        Kind::Head => StructRole::TH,
        Kind::Cell => StructRole::TD,
    }
}

/// Embeds a font: the file, its measures, and which letters its glyphs mean.
fn embed(pdf: &mut Pdf, font: &Font, letters: impl Iterator<Item = char>, id: Ref, numbers: &mut Numbers) {
    let [cid, descriptor, file, meanings] = [numbers.next(), numbers.next(), numbers.next(), numbers.next()];
    let name = Name(font.name.as_bytes());
    let known = font.letters(letters);
    pdf.type0_font(id)
        .base_font(name)
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(cid)
        .to_unicode(meanings);
    let mut written = pdf.cid_font(cid);
    written.subtype(CidFontType::Type2).base_font(name).system_info(IDENTITY).font_descriptor(descriptor);
    written.default_width(0.0).cid_to_gid_map_predefined(Name(b"Identity"));
    let mut widths = written.widths();
    for glyph in known.keys() {
        widths.same(*glyph, *glyph, font.advance(*glyph));
    }
    widths.finish();
    written.finish();
    let bounds = font.face.global_bounding_box();
    let scaled = |units: i16| font.scaled(i32::from(units));
    pdf.font_descriptor(descriptor)
        .name(name)
        .flags(FontFlags::NON_SYMBOLIC)
        .bbox(Rect::new(scaled(bounds.x_min), scaled(bounds.y_min), scaled(bounds.x_max), scaled(bounds.y_max)))
        .italic_angle(0.0)
        .ascent(scaled(font.face.ascender()))
        .descent(scaled(font.face.descender()))
        .cap_height(scaled(font.face.capital_height().unwrap_or(714)))
        .stem_v(80.0)
        .font_file2(file);
    let length = i32::try_from(font.file.len()).unwrap_or(i32::MAX);
    pdf.stream(file, &compressed(font.file)).filter(Filter::FlateDecode).pair(Name(b"Length1"), length);
    let mut cmap = UnicodeCmap::new(Name(b"Custom"), IDENTITY);
    for (glyph, letter) in known {
        cmap.pair(glyph, letter);
    }
    pdf.cmap(meanings, &cmap.finish());
}

/// Deflated. Writing into memory does not fail; if it did, what is left would be an empty stream.
fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_default()
}
