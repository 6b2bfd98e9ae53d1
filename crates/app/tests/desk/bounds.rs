//! What the desk gives to whom at most: texts, notes, amounts, limits, and units inside of the window.

use perpetua_app::keys;
use perpetua_domain::access::Role;
use perpetua_domain::cancellation::Pick;
use perpetua_license::key::ProductKey;

use super::*;

#[test]
fn texts_that_are_too_long_are_refused_and_keys_in_names_are_masked() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let signs = "- ".repeat(100_000);
        for (form, field) in [
            (Report { title: signs.clone(), ..desk.form() }, "title"),
            (Report { reason_text: signs.clone(), ..desk.form() }, "reason"),
            (Report { text: signs.clone(), ..desk.form() }, "text"),
            (Report { contact_name: signs.clone(), ..desk.form() }, "contact_name"),
        ] {
            let wrong = desk.wrong(form).await;
            assert!(wrong.len() == 1 && wrong[0].0 == field, "{field}: {wrong:?}");
        }
        let request = desk.ask().await;
        let answer = desk.answer(request, &signs).await;
        let refused = desk::refuse(desk.app(), &desk.support, answer).await.unwrap_err();
        assert_eq!(refused.fields[0].code, "too_long");
        let secrets = desk.app().vault.check_secrets();
        let (version, secret) = secrets.newest().unwrap();
        let key = ProductKey::mint([7; 16], version, secret).expose_grouped().to_string();
        let form = Report { contact_name: format!("Ada {key}"), ..desk.form() };
        let filed = desk::report(desk.app(), &desk.agent, form).await.unwrap().id;
        let found = desk::show(desk.app(), &desk.agent, filed).await.unwrap();
        assert_eq!(found.request.contact_name, "Ada ••••");
    });
}

#[test]
fn a_request_holds_so_many_notes_and_then_says_where_to_go_on() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let request = desk.ask().await;
        let row = desk::show(desk.app(), &desk.agent, request).await.unwrap().request;
        desk.fill(request, perpetua_domain::support::NOTES_MAX).await;
        let number = row.number;
        let note = ChangeRequest { number, note: Some("One more".to_owned()), ..ChangeRequest::default() };
        let refused = support::change(desk.app(), &desk.agent, note.clone()).await.unwrap_err();
        assert_eq!(refused.code, "too_many_notes");
        let close = ChangeRequest { note: None, state: Some(RequestState::Closed), ..note };
        support::change(desk.app(), &desk.agent, close).await.unwrap();
    });
}

#[test]
fn the_requested_amount_is_shown_to_those_who_see_costs_alone() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let request = desk.ask().await;
        let number = desk::show(desk.app(), &desk.agent, request).await.unwrap().request.number;
        let helper = desk.test.caller(desk.partner, &[Role::HelpdeskAgent]).await;
        let auditor = desk.test.caller(desk.test.operator, &[Role::OperatorAuditor]).await;
        for (caller, expected) in
            [(&desk.agent, Some(50_000)), (&desk.support, Some(50_000)), (&auditor, Some(50_000)), (&helper, None)]
        {
            let found = support::get(desk.app(), caller, None, &number).await.unwrap();
            assert_eq!(found.refund.unwrap().amount, expected, "{:?}", caller.roles);
            let all = support::ListRequests { customer: None, state: None, offset: 0, limit: 10 };
            let listed = support::list(desk.app(), caller, all).await.unwrap();
            assert_eq!(listed.rows[0].refund.as_ref().unwrap().amount, expected, "{:?}", caller.roles);
            let shown = desk::show(desk.app(), caller, request).await.unwrap();
            assert_eq!((shown.request.amount, shown.shows_amounts), (expected, expected.is_some()));
        }
        let note = ChangeRequest { number, note: Some("Please".to_owned()), ..ChangeRequest::default() };
        let changed = support::change(desk.app(), &helper, note).await.unwrap();
        assert_eq!(changed.refund.unwrap().amount, None);
    });
}

#[test]
fn a_raised_limit_outlives_units_that_go() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let form = Report { kind: Some(ProblemType::ActivationLimit), amount: String::new(), ..desk.form() };
        let request = desk::report(desk.app(), &desk.agent, form).await.unwrap().id;
        let version = desk.answer(request, "").await.version;
        let limit = Limit { request, version, line: 0, to: 25, says: "Raised".to_owned() };
        let nowhere = Limit { line: 7, ..limit.clone() };
        assert_eq!(desk::raise_limit(desk.app(), &desk.support, nowhere).await.unwrap_err().code, "not_found");
        desk::raise_limit(desk.app(), &desk.support, limit).await.unwrap();
        let refund = desk.ask().await;
        desk.credit(&desk.support, refund, 35_700, 3).await.unwrap();
        assert_eq!(desk.money(refund).await.2, 19, "three units of two machines go, five more stay");
    });
}

#[test]
fn inside_of_the_window_the_desk_gives_money_and_no_units() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let item = desk.test.sell(Goods { product: "HARBORSECOND", ..Goods::default() }).await;
        let order = desk.test.order(&desk.agent, desk.customer, &[(item, 2)]).await;
        let form = Report { order: order.number.clone(), line: None, amount: "20".to_owned(), ..desk.form() };
        let request = desk::report(desk.app(), &desk.agent, form).await.unwrap().id;
        let refused = desk.credit(&desk.support, request, 100, 1).await.unwrap_err();
        assert_eq!((refused.fields[0].field.as_str(), refused.fields[0].code), ("quantity-0", "units_in_window"));
        desk.credit(&desk.support, request, 2_000, 0).await.unwrap();
        let key = desk.app().entropy.bytes();
        let picks = vec![Pick { line: 0, quantity: 2 }];
        let all = cancellation::cancel_lines(desk.app(), &desk.agent, key, order.id, picks).await.unwrap();
        assert_eq!(all.total.minor() + 2_000, order.total.minor(), "no more than was paid comes back");
    });
}

#[test]
fn looks_at_a_key_are_counted_for_those_who_decide() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let request = desk.ask().await;
        let reveals = async || {
            let order = desk::show(desk.app(), &desk.support, request).await.unwrap().order.unwrap();
            order.lines[0].reveals
        };
        assert_eq!(reveals().await, (0, None));
        for _ in 0..2 {
            desk.test.clock.advance(SignedDuration::from_secs(60));
            keys::reveal(desk.app(), &desk.agent, desk.line).await.unwrap();
        }
        let (count, last) = reveals().await;
        assert_eq!((count, last), (2, Some(desk.app().clock.now())));
        let outside = desk::second_person_above(desk.app(), &desk.agent).await.unwrap_err();
        assert_eq!(outside.code, "not_found", "what the operator asks of itself");
    });
}
