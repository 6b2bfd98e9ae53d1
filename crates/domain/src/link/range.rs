//! The arithmetic of the HTTP `Range` header: one range of bytes; anything else means the whole.

/// Which bytes to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RangeAnswer {
    /// All, with status 200: no range, several ranges, or text that is no range.
    Whole,
    /// `start` to `end`, both included, with status 206.
    Part {
        /// First byte.
        start: u64,
        /// Last byte, below the size.
        end: u64,
    },
    /// Beyond the end, with status 416.
    Unsatisfiable,
}

/// Reads a `Range` header for a medium of `size_bytes`.
///
/// A malformed header is ignored, as RFC 9110 asks; a last byte beyond the end is cut to the end.
pub fn parse_range(header: &str, size_bytes: u64) -> RangeAnswer {
    let Some((unit, set)) = header.trim().split_once('=') else {
        return RangeAnswer::Whole;
    };
    let Some((first, last)) = set.trim().split_once('-') else {
        return RangeAnswer::Whole;
    };
    if !unit.eq_ignore_ascii_case("bytes") {
        return RangeAnswer::Whole;
    }
    match (position(first), position(last)) {
        (Position::Absent, Position::At(suffix)) => suffix_range(suffix, size_bytes),
        (Position::At(start), Position::Absent) => part(start, u64::MAX, size_bytes),
        (Position::At(start), Position::At(end)) if start <= end => part(start, end, size_bytes),
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
        for ignored in
            ["", "bytes", "bytes=", "bytes=-", "bytes=5-2", "bytes=0-1,5-6", "items=0-1", "bytes=a-b", "bytes=+1-2"]
        {
            check(ignored, Whole);
        }
        assert_eq!(parse_range("bytes=0-", 0), Unsatisfiable);
        assert_eq!(parse_range("bytes=-1", 0), Unsatisfiable);
    }

    proptest! {
        #[test]
        fn a_part_lies_within_the_medium(header in "bytes=[0-9]{0,21}-[0-9]{0,21}", size: u64) {
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
