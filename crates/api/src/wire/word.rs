//! Words of enumerations: how clients spell them and how we write them (contract file 00 §9).
//!
//! A word comes as `one_time`, `oneTime`, `OneTime`, `onetime`, `ONE-TIME`, or as its position in the order
//! of the documents. It goes out in lower snake case, exactly as listed.

/// The words of one enumeration, in the order of the documents: the index is the number that clients may
/// send. A word without a variant, such as `unknown`, means "not given".
#[derive(Debug)]
pub struct Words<E: 'static>(pub &'static [(&'static str, Option<E>)]);

impl<E: Copy + PartialEq> Words<E> {
    /// The variant of a word in any spelling: `None` for no known word, `Some(None)` for one that means
    /// "not given". Empty text means "not given" as well.
    pub fn read(&self, word: &str) -> Option<Option<E>> {
        if word.is_empty() {
            return Some(None);
        }
        self.0.iter().find(|(own, _)| same(own, word)).map(|(_, variant)| *variant)
    }

    /// The variant at a position, with the meaning of [`Words::read`].
    pub fn at(&self, position: i64) -> Option<Option<E>> {
        let index = usize::try_from(position).ok()?;
        self.0.get(index).map(|(_, variant)| *variant)
    }

    /// The word of a variant, as it goes out: the first one listed. `None` when it has none, which is the
    /// signal to leave the property out.
    pub fn write(&self, variant: E) -> Option<&'static str> {
        self.0.iter().find(|(_, own)| *own == Some(variant)).map(|(word, _)| *word)
    }
}

/// Whether two words are one, whatever their case, underscores and hyphens.
pub fn same(left: &str, right: &str) -> bool {
    letters(left).eq(letters(right))
}

/// A word with case, underscores and hyphens taken away.
pub fn folded(word: &str) -> String {
    letters(word).collect()
}

fn letters(word: &str) -> impl Iterator<Item = char> + '_ {
    word.chars().filter(|letter| !matches!(letter, '_' | '-')).flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq)]
    enum Cycle {
        Monthly,
        OneTime,
    }

    const CYCLES: Words<Cycle> =
        Words(&[("unknown", None), ("monthly", Some(Cycle::Monthly)), ("one_time", Some(Cycle::OneTime))]);

    #[test]
    fn every_spelling_of_a_word_is_read_and_one_is_written() {
        for word in ["one_time", "oneTime", "OneTime", "onetime", "ONE-TIME", "ONETIME"] {
            assert_eq!(CYCLES.read(word), Some(Some(Cycle::OneTime)), "{word}");
        }
        assert_eq!(CYCLES.write(Cycle::OneTime), Some("one_time"));
        assert_eq!(CYCLES.read("once"), None);
        assert_eq!(CYCLES.read("one time"), None);
    }

    #[test]
    fn a_word_may_be_its_position_in_the_documents() {
        assert_eq!(CYCLES.at(0), Some(None));
        assert_eq!(CYCLES.at(2), Some(Some(Cycle::OneTime)));
        assert_eq!(CYCLES.at(3), None);
        assert_eq!(CYCLES.at(-1), None);
    }

    #[test]
    fn words_that_mean_nothing_are_not_given() {
        for word in ["", "unknown", "Unknown", "UNKNOWN"] {
            assert_eq!(CYCLES.read(word), Some(None), "{word}");
        }
    }

    proptest! {
        #[test]
        fn folding_is_finished_after_one_pass(word in any::<String>()) {
            prop_assert_eq!(folded(&folded(&word)), folded(&word));
            prop_assert!(same(&word, &folded(&word)));
            let _ = CYCLES.read(&word);
        }
    }
}
