//! Each form at its bounds, and that what was accepted is accepted again unchanged.

use proptest::prelude::*;

use super::*;

#[test]
fn domain_names_are_lower_case_labels() {
    let check = |text: &str, expected: Result<&str, NameError>| {
        let domain = DomainName::parse(text);
        assert_eq!(domain.as_ref().map(DomainName::as_str).map_err(|error| *error), expected, "{text:?}");
    };
    check(" NorthLake.Example ", Ok("northlake.example"));
    check("xn--hkyrky-ptac70bc.fi", Ok("xn--hkyrky-ptac70bc.fi"));
    check("a-b.c.example", Ok("a-b.c.example"));
    check("", Err(NameError::Empty));
    check("localhost", Err(NameError::Form));
    check("-a.example", Err(NameError::Form));
    check("a-.example", Err(NameError::Form));
    check("a..example", Err(NameError::Form));
    check("a.example.", Err(NameError::Form));
    check("10.0.0.1", Err(NameError::Form));
    check("a_b.example", Err(NameError::Characters));
    check("čápi.example", Err(NameError::Characters));
    check("a.example:80", Err(NameError::Characters));
    check(&format!("{}.example", "a".repeat(63)), Ok(&format!("{}.example", "a".repeat(63))));
    check(&format!("{}.example", "a".repeat(64)), Err(NameError::Form));
    check(&format!("{}example", "a.".repeat(130)), Err(NameError::TooLong));
}

#[test]
fn addresses_keep_their_local_part_and_fold_their_domain() {
    let address = EmailAddress::parse(" Ada.Berg+x@NorthLake.Example ").unwrap();
    assert_eq!(address.as_str(), "Ada.Berg+x@northlake.example");
    assert_eq!(address.key(), "ada.berg+x@northlake.example");
    for (text, error) in [
        ("", NameError::Empty),
        ("ada", NameError::Form),
        ("@a.example", NameError::Form),
        ("ada@localhost", NameError::Form),
        ("ada@ a.example", NameError::Form),
        (".ada@a.example", NameError::Form),
        ("a..b@a.example", NameError::Form),
        ("a b@a.example", NameError::Characters),
        ("a@b@a.example", NameError::Characters),
        ("ada\n@a.example", NameError::Characters),
    ] {
        assert_eq!(EmailAddress::parse(text), Err(error), "{text:?}");
    }
    assert_eq!(EmailAddress::parse(&format!("{}@a.example", "a".repeat(65))), Err(NameError::Form));
    assert_eq!(EmailAddress::parse(&format!("a@{}", "a.".repeat(140))), Err(NameError::TooLong));
}

#[test]
fn names_are_trimmed_and_hold_nothing_invisible() {
    assert_eq!(CompanyName::parse("  Novák & synové, s. r. o. ").unwrap().as_str(), "Novák & synové, s. r. o.");
    assert_eq!(PersonName::parse(&"ř".repeat(256)).unwrap().as_str().chars().count(), 256);
    assert_eq!(PersonName::parse(&"ř".repeat(257)), Err(NameError::TooLong));
    assert_eq!(PersonName::parse(" \t "), Err(NameError::Empty));
    for text in ["a\0b", "a\nb", "a\u{202e}b", "a\u{200b}b"] {
        assert_eq!(CompanyName::parse(text), Err(NameError::Characters), "{text:?}");
    }
}

#[test]
fn telephone_numbers_are_international() {
    let check = |text: &str, expected: Result<&str, NameError>| {
        let number = PhoneNumber::parse(text);
        assert_eq!(number.as_ref().map(PhoneNumber::as_str).map_err(|error| *error), expected, "{text:?}");
    };
    check("+420 123 456 789", Ok("+420123456789"));
    check("00420-123-456-789", Ok("+420123456789"));
    check("+1 (425) 555.0100", Ok("+14255550100"));
    check("", Err(NameError::Empty));
    check("123 456 789", Err(NameError::Form));
    check("+0 123 456 789", Err(NameError::Form));
    check("+12345", Err(NameError::Form));
    check("+1234567890123456", Err(NameError::TooLong));
    check("+420 12 CALL ME", Err(NameError::Characters));
}

#[test]
fn passwords_are_long_and_neither_the_address_nor_common() {
    let email = EmailAddress::parse("ada@northlake.example").unwrap();
    let check = |password: &str, expected| assert_eq!(check_password(password, &email), expected, "{password:?}");
    check("correct horse battery", Ok(()));
    check("žluťoučký kůň", Ok(()));
    check("elevenchars", Err(PasswordRefusal::TooShort));
    check(&"ab".repeat(64), Ok(()));
    check(&"ab".repeat(65), Err(PasswordRefusal::TooLong));
    check("ADA@northlake.example", Err(PasswordRefusal::LikeEmail));
    check("adaadaadaada", Err(PasswordRefusal::LikeEmail));
    check("Password1234", Err(PasswordRefusal::TooCommon));
    check("zzzzzzzzzzzzzz", Err(PasswordRefusal::TooCommon));
}

#[test]
fn the_list_of_common_passwords_holds_only_what_would_pass_otherwise() {
    for password in COMMON_PASSWORDS {
        assert!(password.len() >= PASSWORD_CHARS_MIN && password == password.to_lowercase(), "{password}");
    }
}

proptest! {
    #[test]
    fn what_was_accepted_is_accepted_again_unchanged(text in "[A-Za-z0-9.-]{1,20}@[A-Za-z0-9-]{1,10}\\.[a-z]{2,5}", name in ".{1,40}") {
        if let Ok(address) = EmailAddress::parse(&text) {
            prop_assert_eq!(EmailAddress::parse(address.as_str()), Ok(address.clone()));
            prop_assert!(EmailAddress::parse(&address.key()).is_ok());
        }
        if let Ok(company) = CompanyName::parse(&name) {
            prop_assert_eq!(CompanyName::parse(company.as_str()), Ok(company.clone()));
        }
    }
}
