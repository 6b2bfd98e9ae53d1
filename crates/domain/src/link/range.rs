//! The arithmetic of the HTTP `Range` header: one part of a file, or the whole.

/// Which bytes to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RangeAnswer {
    /// All, with status 200: no range, ranges with gaps, or text that is no range.
    Whole,
    /// `start` to `end`, both included, with status 206.
    Part {
        /// First byte.
        start: u64,
        /// Last byte, below the size.
        end: u64,
    },
    /// Beyond the end, or ending before it begins, with status 416.
    Unsatisfiable,
}

/// Reads a `Range` header for a medium of `size_bytes`, as RFC 9110 has it.
///
/// A last byte beyond the end is cut to the end. Several ranges are answered as one when together they leave no gap,
/// and otherwise with the whole; those beyond the end are left out. What is no range of bytes is ignored, but a range
/// that ends before it begins is refused, so that it does not cost a whole file.
pub fn parse_range(header: &str, size_bytes: u64) -> RangeAnswer {
    let Some((unit, set)) = header.trim().split_once('=') else {
        return RangeAnswer::Whole;
    };
    if !unit.trim_end().eq_ignore_ascii_case("bytes") {
        return RangeAnswer::Whole;
    }
    let mut parts = Vec::new();
    for range in set.split(',').map(str::trim).filter(|range| !range.is_empty()) {
        match one(range, size_bytes) {
            RangeAnswer::Part { start, end } if parts.len() < RANGES_MAX => parts.push((start, end)),
            RangeAnswer::Whole | RangeAnswer::Part { .. } => return RangeAnswer::Whole,
            RangeAnswer::Unsatisfiable => {}
        }
    }
    if set.split(',').all(|range| range.trim().is_empty()) {
        return RangeAnswer::Whole;
    }
    joined(parts)
}

/// Ranges that one header may name; more are answered with the whole.
const RANGES_MAX: usize = 16;

/// All parts as one, when they overlap or touch.
fn joined(mut parts: Vec<(u64, u64)>) -> RangeAnswer {
    parts.sort_unstable();
    let mut parts = parts.into_iter();
    let Some((start, mut end)) = parts.next() else { return RangeAnswer::Unsatisfiable };
    for (next, last) in parts {
        if next > end.saturating_add(1) {
            return RangeAnswer::Whole;
        }
        end = end.max(last);
    }
    RangeAnswer::Part { start, end }
}

fn one(range: &str, size_bytes: u64) -> RangeAnswer {
    let Some((first, last)) = range.split_once('-') else {
        return RangeAnswer::Whole;
    };
    match (position(first.trim_end()), position(last.trim_start())) {
        (Position::Absent, Position::At(suffix)) => suffix_range(suffix, size_bytes),
        (Position::At(start), Position::Absent) => part(start, u64::MAX, size_bytes),
        (Position::At(start), Position::At(end)) if start <= end => part(start, end, size_bytes),
        (Position::At(_), Position::At(_)) => RangeAnswer::Unsatisfiable,
        _ => RangeAnswer::Whole,
    }
}

enum Position {
    Absent,
    At(u64),
    Malformed,
}

fn position(text: &str) -> Position {
    if text.is_empty() {
        return Position::Absent;
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Position::Malformed;
    }
    // Only digits are left, so what does not fit is larger than any medium.
    Position::At(text.parse().unwrap_or(u64::MAX))
}

fn suffix_range(suffix: u64, size_bytes: u64) -> RangeAnswer {
    if suffix == 0 {
        return RangeAnswer::Unsatisfiable;
    }
    part(size_bytes.saturating_sub(suffix), u64::MAX, size_bytes)
}

fn part(start: u64, end: u64, size_bytes: u64) -> RangeAnswer {
    if start >= size_bytes {
        return RangeAnswer::Unsatisfiable;
    }
    RangeAnswer::Part { start, end: end.min(size_bytes - 1) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::RangeAnswer::{Part, Unsatisfiable, Whole};
    use super::*;

    #[test]
    fn one_range_is_cut_to_the_medium_and_everything_else_is_the_whole() {
        let check = |header: &str, expected| assert_eq!(parse_range(header, 1000), expected, "{header:?}");
        check("bytes=0-499", Part { start: 0, end: 499 });
        check("bytes=500-", Part { start: 500, end: 999 });
        check("bytes=-100", Part { start: 900, end: 999 });
        check("bytes=-5000", Part { start: 0, end: 999 });
        check("bytes=990-99999999999999999999999", Part { start: 990, end: 999 });
        check("Bytes=999-999", Part { start: 999, end: 999 });
        check("bytes=1000-", Unsatisfiable);
        check("bytes=99999999999999999999999-", Unsatisfiable);
        check("bytes=-0", Unsatisfiable);
        check("bytes=5-2", Unsatisfiable);
        for ignored in
            ["", "bytes", "bytes=", "bytes=,", "bytes=-", "bytes=0-1,a", "items=0-1", "bytes=a-b", "bytes=+1-2"]
        {
            check(ignored, Whole);
        }
        check("bytes=0-1,5-6", Whole);
        check("bytes=5-6, 0-4", Part { start: 0, end: 6 });
        check("bytes=0-10,5-20,,-979", Part { start: 0, end: 999 });
        check("bytes=0-10,2000-", Part { start: 0, end: 10 });
        check("bytes=1000-,2000-", Unsatisfiable);
        check(&format!("bytes={}", vec!["0-0"; 17].join(",")), Whole);
        assert_eq!(parse_range("bytes=0-", 0), Unsatisfiable);
        assert_eq!(parse_range("bytes=-1", 0), Unsatisfiable);
    }

    proptest! {
        #[test]
        fn a_part_lies_within_the_medium(header in "bytes=[0-9]{0,21}-[0-9]{0,21}(,[0-9]{0,4}-[0-9]{0,4}){0,3}", size: u64) {
            if let Part { start, end } = parse_range(&header, size) {
                prop_assert!(start <= end && end < size);
            }
        }

        #[test]
        fn no_header_breaks_the_reader(header in ".*", size: u64) {
            let _ = parse_range(&header, size);
        }
    }
}
