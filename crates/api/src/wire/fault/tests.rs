//! Every code and every problem of a use case becomes a body that all clients can read.

use perpetua_app::{Kind, Problem};
use perpetua_domain::access::Role;
use perpetua_i18n::{exists, ids};

use super::*;

/// The statuses that no client repeats without end, and the two for a busy or broken server.
const STATUSES: [u16; 8] = [400, 401, 403, 404, 409, 429, 500, 503];

const KINDS: [Kind; 8] = [
    Kind::Invalid,
    Kind::SignIn,
    Kind::Forbidden,
    Kind::NotFound,
    Kind::Conflict,
    Kind::TooMany,
    Kind::Busy,
    Kind::Internal,
];

const FAMILIES: [Family; 10] = [
    Family::Customer,
    Family::User,
    Family::Product,
    Family::Sku,
    Family::Availability,
    Family::Cart,
    Family::Order,
    Family::Subscription,
    Family::Provisioning,
    Family::Other,
];

#[track_caller]
fn assert_readable(fault: &Fault) {
    assert!(STATUSES.contains(&fault.status()), "{fault:?}");
    for lang in Lang::ALL {
        let body = fault.body(lang, "c0ffee");
        let text = body["description"].as_str().or(body["message"].as_str()).unwrap();
        assert!(!text.is_empty() && !text.contains('«') && text.chars().count() <= DESCRIPTION_MAX, "{text}");
        if fault.status() != 429 {
            assert!(body["code"].is_u64() && body["data"].is_array() && body["source"] == "PartnerApi", "{body}");
        }
    }
}

#[test]
fn every_code_has_words_in_both_languages_and_a_status_that_no_client_repeats_for_ever() {
    for (index, code) in codes::ALL.iter().enumerate() {
        assert!(!codes::ALL[..index].contains(code), "{code:?} is there twice");
        assert!(Lang::ALL.iter().all(|lang| exists(*lang, &code.message_id())), "{code:?}");
        assert_readable(&Fault::of(*code));
    }
}

#[test]
fn every_message_of_a_code_belongs_to_a_code() {
    let used: Vec<String> = codes::ALL.iter().map(|code| code.message_id()).collect();
    let of_codes = ids(Lang::En)
        .into_iter()
        .filter(|id| id.strip_prefix("fault-").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit())));
    for id in of_codes {
        assert!(used.contains(&id), "{id}");
    }
}

#[test]
fn every_problem_of_a_use_case_becomes_a_fault_that_clients_can_read() {
    for id in ids(Lang::En) {
        let Some(code) = id.strip_prefix("error-") else { continue };
        let code: &'static str = code.to_owned().leak();
        for (kind, family) in KINDS.iter().flat_map(|kind| FAMILIES.map(|family| (*kind, family))) {
            assert_readable(&Fault::from_problem(&Problem::new(kind, code), family));
        }
    }
}

#[test]
fn problems_get_the_codes_of_the_contract() {
    let check = |problem: Problem, family, status, number| {
        let fault = Fault::from_problem(&problem, family);
        assert_eq!((fault.status(), fault.code().number), (status, number), "{problem:?} {family:?}");
    };
    let conflict = Problem::conflict;
    check(Problem::not_found(), Family::Customer, 404, 60003);
    check(Problem::not_found(), Family::Order, 404, 20000);
    check(Problem::not_found(), Family::Other, 404, 1000);
    check(Problem::new(Kind::NotFound, "cart_expired"), Family::Cart, 404, 800_008);
    check(Problem::new(Kind::Forbidden, "relationship_ended"), Family::Customer, 403, 20002);
    check(Problem::new(Kind::Forbidden, "partner_suspended"), Family::Order, 403, 800_039);
    check(Problem::new(Kind::Forbidden, "beyond_own_time"), Family::User, 403, 900_150);
    check(Problem::missing_role(&[Role::AdminAgent]), Family::Order, 403, 900_150);
    check(Problem::new(Kind::SignIn, "sign_in_failed"), Family::Other, 401, 800_001);
    check(conflict("agreement_missing"), Family::Cart, 403, 13605);
    check(conflict("credit_exceeded"), Family::Cart, 403, 800_023);
    check(conflict("customer_locked"), Family::Cart, 403, 900_416);
    check(conflict("cart_ordered"), Family::Cart, 400, 800_065);
    check(conflict("window_closed"), Family::Order, 400, 900_117);
    check(conflict("already_cancelled"), Family::Order, 400, 800_061);
    check(conflict("exists_already"), Family::User, 409, 1000);
    check(conflict("changed_elsewhere"), Family::Cart, 409, 800_064);
    check(conflict("changed_elsewhere"), Family::Order, 409, 800_014);
    check(conflict("changed_elsewhere"), Family::Subscription, 409, 900_278);
    check(conflict("changed_elsewhere"), Family::Customer, 400, 2055);
    check(conflict("not_in_any_table"), Family::Order, 400, 4018);
    check(Problem::invalid("quantity_out_of_range"), Family::Order, 400, 2002);
    check(Problem::invalid("not_in_any_table"), Family::Cart, 400, 800_002);
    check(Problem::invalid("not_in_any_table"), Family::Customer, 400, 3000);
    check(Problem::field("mpn_id", "form"), Family::Cart, 400, 3000);
    check(Problem::internal("x"), Family::Order, 500, 800_003);
    check(Problem::new(Kind::Busy, "busy"), Family::Order, 503, 800_005);
}

#[test]
fn every_wrong_field_of_a_problem_is_named_in_data_with_its_own_words() {
    let problem = Problem::field("mpn_id", "form").with_field("name", "missing");
    let fault = Fault::from_problem(&problem, Family::Customer).renaming(&[("name", "companyProfile.companyName")]);
    let body = fault.body(Lang::En, "c");
    assert_eq!(
        body["data"],
        json!(["mpnId: This does not have the expected form.", "companyProfile.companyName: Please fill this in."])
    );
    let description = body["description"].as_str().unwrap();
    assert!(description.contains("mpnId") && description.contains("companyProfile.companyName"), "{description}");
    assert_eq!(fault.body(Lang::Cs, "c")["data"][1], "companyProfile.companyName: Vyplňte prosím toto pole.");
}

#[test]
fn the_words_of_a_problem_keep_their_values() {
    let problem = Problem::invalid("quantity_out_of_range")
        .with_text("title", "Suite")
        .with_number("min", 1)
        .with_number("max", 25);
    let body = Fault::from_problem(&problem, Family::Order).body(Lang::En, "c");
    assert_eq!(body["description"], "Suite can be ordered in quantities from 1 to 25.");
    assert_eq!((&body["code"], &body["data"]), (&json!(2002), &json!([])));
}

#[test]
fn nothing_private_gets_into_a_body() {
    let problem = Problem::internal("table customers, row 5");
    let body = Fault::from_problem(&problem, Family::Other).body(Lang::En, "7f3a").to_string();
    assert!(!body.contains("customers") && body.contains("7f3a"), "{body}");
}

#[test]
fn too_many_requests_have_their_own_shape_and_always_say_how_long() {
    let fault = Fault::too_many(57);
    assert_eq!(
        fault.body(Lang::En, "c"),
        json!({"statusCode": 429, "message": "Rate limit is exceeded. Try again in 57 seconds."})
    );
    assert_eq!(fault.retry_after(), Some(57));
    let problem = Problem::new(Kind::TooMany, "too_many_attempts");
    assert!(Fault::from_problem(&problem, Family::Other).retry_after().is_some());
    assert_eq!(Fault::from_problem(&problem.retry_after(3), Family::Other).retry_after(), Some(3));
    assert_eq!(Fault::not_found().retry_after(), None);
}

#[test]
fn the_length_of_the_window_stands_in_the_text() {
    let text = |lang, days| Fault::window_passed(days).body(lang, "c")["description"].as_str().unwrap().to_owned();
    assert!(text(Lang::En, 60).contains("60 days"));
    assert!(text(Lang::Cs, 2).contains("2 dny") && text(Lang::Cs, 5).contains("5 dní"));
}

#[test]
fn what_is_not_served_is_simply_not_found() {
    let fault = Fault::not_supported("GET", "/v1/offers");
    assert_eq!(fault.status(), 404);
    let body = fault.body(Lang::En, "c");
    assert_eq!(
        (&body["code"], &body["description"]),
        (&json!(1000), &json!("Not supported by this server: GET /v1/offers"))
    );
}

#[test]
fn a_description_ends_at_its_limit_and_data_at_fifty_fields() {
    let plain = Fault::of(codes::ADDRESS_INVALID).described_plainly("ž".repeat(5000));
    assert_readable(&plain);
    let many = (0..200).fold(Fault::of(codes::INVALID_PROPERTY), |fault, at| {
        fault.with_field(format!("lineItems[{at}].quantity"), Reason::Missing)
    });
    assert_readable(&many);
    assert_eq!(many.body(Lang::En, "c")["data"].as_array().map(Vec::len), Some(FIELDS_MAX));
}

#[test]
fn every_reason_has_words_in_both_languages() {
    for reason in [
        Reason::Missing,
        Reason::NotJson,
        Reason::TooLarge,
        Reason::TooDeep,
        Reason::Text,
        Reason::Whole,
        Reason::Number,
        Reason::Boolean,
        Reason::Date,
        Reason::Object,
        Reason::List,
        Reason::Word,
        Reason::Form,
        Reason::Characters,
        Reason::Unknown,
        Reason::Fixed,
        Reason::Differs,
        Reason::NotExpected,
        Reason::InFuture,
        Reason::TooOld,
        Reason::Token,
        Reason::TooLong(5),
        Reason::TooMany(5),
        Reason::Range(1, 5),
        Reason::OfUseCase("missing", Vec::new()),
        Reason::OfUseCase("nobody_wrote_this", Vec::new()),
        "odd".into(),
    ] {
        for lang in Lang::ALL {
            let words = reason.words(lang);
            assert!(!words.is_empty() && !words.contains(['«', '{']), "{words}");
        }
    }
}
