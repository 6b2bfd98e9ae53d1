//! Which operation a path names (contract file 00 §1).
//!
//! Clients double slashes, end with one, repeat `/v1` and mix case, so a path is first brought to its segments.
//! Literals have no case; parameters keep theirs. Where several patterns fit, the one with a literal further
//! left wins. A table is walked from its beginning to its end: it has some hundred rows.

use percent_encoding::percent_decode_str;

/// Segments of a path that are looked at; longer paths are unknown.
const SEGMENTS_MAX: usize = 32;

/// The captured parameters of a path, decoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params(Vec<(&'static str, String)>);

impl Params {
    /// The value of a parameter of the pattern. Empty for a name that the pattern does not have.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(own, _)| *own == name).map_or("", |(_, value)| value)
    }
}

/// What a table knows of a method and path.
#[derive(Debug, PartialEq, Eq)]
pub enum Match<'t, T> {
    /// The operation and the parameters of its path.
    Found(&'t T, Params),
    /// The path is known, but not with this method.
    WrongMethod,
    /// No pattern fits.
    Unknown,
}

/// A row: method, pattern and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row<T> {
    method: &'static str,
    pattern: Vec<Part>,
    target: T,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(&'static str),
    Param(&'static str),
}

/// Patterns such as `/v1/customers/{c}/orders/{o}` and what they stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table<T>(Vec<Row<T>>);

impl<T> Table<T> {
    /// A table of method (in capitals), pattern and target.
    pub fn new(rows: impl IntoIterator<Item = (&'static str, &'static str, T)>) -> Self {
        let row = |(method, pattern, target)| Row { method, pattern: parts(pattern), target };
        Self(rows.into_iter().map(row).collect())
    }

    /// The operation for a method and a raw path. `HEAD` is served wherever `GET` is.
    pub fn find(&self, method: &str, path: &str) -> Match<'_, T> {
        let Some(segments) = segments(path) else { return Match::Unknown };
        let fitting: Vec<&Row<T>> = self.0.iter().filter(|row| row.fits(&segments)).collect();
        let best = |method: &str| {
            let of_method = fitting.iter().filter(|row| row.method.eq_ignore_ascii_case(method));
            of_method.max_by(|left, right| left.literals().cmp(right.literals()))
        };
        let found = best(method).or_else(|| if method.eq_ignore_ascii_case("HEAD") { best("GET") } else { None });
        match found {
            Some(row) => Match::Found(&row.target, row.capture(segments)),
            None if fitting.is_empty() => Match::Unknown,
            None => Match::WrongMethod,
        }
    }

    /// Pairs of rows that fit the same paths equally well; a table without any decides every path alone.
    pub fn conflicts(&self) -> Vec<(String, String)> {
        let rows = || self.0.iter().enumerate();
        let pairs = rows().flat_map(|(at, left)| rows().skip(at + 1).map(move |(_, right)| (left, right)));
        pairs.filter(|(left, right)| left.same_shape(right)).map(|(left, right)| (left.text(), right.text())).collect()
    }
}

impl<T> Row<T> {
    fn fits(&self, segments: &[String]) -> bool {
        let fits = |(part, segment): (&Part, &String)| match part {
            Part::Literal(literal) => literal.eq_ignore_ascii_case(segment),
            Part::Param(_) => true,
        };
        self.pattern.len() == segments.len() && self.pattern.iter().zip(segments).all(fits)
    }

    fn literals(&self) -> impl Iterator<Item = bool> + '_ {
        self.pattern.iter().map(|part| matches!(part, Part::Literal(_)))
    }

    fn capture(&self, segments: Vec<String>) -> Params {
        let captured = self.pattern.iter().zip(segments).filter_map(|(part, segment)| match part {
            Part::Param(name) => Some((*name, segment)),
            Part::Literal(_) => None,
        });
        Params(captured.collect())
    }

    fn same_shape(&self, other: &Self) -> bool {
        let same = |(left, right): (&Part, &Part)| match (left, right) {
            (Part::Literal(left), Part::Literal(right)) => left.eq_ignore_ascii_case(right),
            (Part::Param(_), Part::Param(_)) => true,
            _ => false,
        };
        self.method == other.method
            && self.pattern.len() == other.pattern.len()
            && self.pattern.iter().zip(&other.pattern).all(same)
    }

    fn text(&self) -> String {
        let parts = self.pattern.iter().map(|part| match part {
            Part::Literal(literal) => format!("/{literal}"),
            Part::Param(name) => format!("/{{{name}}}"),
        });
        format!("{} {}", self.method, parts.collect::<String>())
    }
}

fn parts(pattern: &'static str) -> Vec<Part> {
    let segments = pattern.split('/').filter(|segment| !segment.is_empty());
    let part = |segment: &'static str| match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some(name) => Part::Param(name),
        None => Part::Literal(segment),
    };
    segments.map(part).collect()
}

/// The segments of a raw path, each decoded once; `None` when it is too long or cannot be decoded.
pub fn segments(path: &str) -> Option<Vec<String>> {
    let mut segments: Vec<String> = Vec::new();
    for raw in path.split('/').filter(|raw| !raw.is_empty()) {
        if segments.len() == SEGMENTS_MAX {
            return None;
        }
        let segment = percent_decode_str(raw).decode_utf8().ok()?;
        if segment.contains('\0') {
            return None;
        }
        segments.push(segment.into_owned());
    }
    // Clients that take a link for an address of its own repeat the version.
    while matches!(&segments[..], [first, second, ..] if is_version(first) && is_version(second)) {
        segments.remove(0);
    }
    Some(segments)
}

fn is_version(segment: &str) -> bool {
    segment.eq_ignore_ascii_case("v1")
}

/// The path as the table sees it, such as `/v1/customers`: for keys of idempotency, logs and faults.
pub fn normalised(path: &str) -> String {
    match segments(path) {
        Some(segments) => super::link::Address::of(segments).to_string(),
        None => path.to_owned(),
    }
}

#[cfg(test)]
#[path = "route_tests.rs"]
mod tests;
