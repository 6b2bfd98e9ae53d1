//! The Software page (M14) and the page of one purchase (M15).

use perpetua_app::software::{MediaPart, Place, PurchaseState, Question, Software, Sort, Window, export, list, page};
use perpetua_domain::access::Role;
use perpetua_domain::id::OrderLineId;
use perpetua_domain::media::{Bit, Selection};
use perpetua_test_support::TestApp;
use uuid::Uuid;

use crate::fixture::{Bought, Shop, code, pattern};

fn titled(title: &'static str) -> Bought {
    Bought { title, ..Bought::default() }
}

#[test]
fn a_partner_sees_what_it_bought_and_the_customer_sees_all() {
    TestApp::each(|test| async move {
        let shop = Shop::open(test.clone()).await;
        let line = shop.buy(titled("Harbor Server")).await;
        let rival = test.partner("Beta").await;
        test.relate(rival, shop.customer, "Northlake").await;
        let other = Shop {
            partner: rival,
            agent: test.caller(rival, &[Role::AdminAgent]).await,
            admin: shop.admin.clone(),
            customer: shop.customer,
            test: test.clone(),
        };
        other.buy(titled("Lighthouse")).await;
        let seen = async |caller| {
            let software = list(&test.app, caller, shop.customer, Question::default()).await.unwrap();
            software.purchases.into_iter().map(|purchase| purchase.product).collect::<Vec<_>>()
        };
        assert_eq!(seen(&shop.agent).await, ["Harbor Server"]);
        assert_eq!(seen(&other.agent).await, ["Lighthouse"]);
        assert_eq!(seen(&shop.admin).await.len(), 2);
        let operator = test.caller(test.operator, &[Role::OperatorSupport]).await;
        assert_eq!(seen(&operator).await.len(), 2);
        let foreign = page(&test.app, &other.agent, line, Selection::default()).await;
        assert_eq!(code(foreign), "not_found", "another partner of the same customer");
        let stranger = test.caller(test.partner("Gamma").await, &[Role::AdminAgent]).await;
        let outside = list(&test.app, &stranger, shop.customer, Question::default()).await;
        assert_eq!(code(outside), "not_found", "a partner that was never related");
        let elsewhere = test.caller(test.customer(shop.partner, "Southlake").await, &[Role::GlobalAdmin]).await;
        assert_eq!(code(list(&test.app, &elsewhere, shop.customer, Question::default()).await), "not_found");
        assert_eq!(code(page(&test.app, &elsewhere, line, Selection::default()).await), "not_found");
        let invented = OrderLineId::new(Uuid::nil());
        assert_eq!(code(page(&test.app, &shop.agent, invented, Selection::default()).await), "not_found");
    });
}

#[test]
fn the_list_is_searched_filtered_sorted_and_totalled_and_keeps_what_was_cancelled() {
    TestApp::each(|test| async move {
        let shop = Shop::open(test.clone()).await;
        let ends = "2027-03-01T23:00:00Z".parse().unwrap();
        let first = shop.buy(titled("Čluny")).await;
        shop.pass(1);
        shop.buy(Bought { kind: "subscription", term_ends_at: Some(ends), ..titled("Dráha") }).await;
        shop.pass(1);
        shop.buy(Bought { quantity: 5, ..titled("Čluny") }).await;
        shop.cancel(first).await;
        let ask = async |question| list(&test.app, &shop.agent, shop.customer, question).await.unwrap();
        let titles = async |question| {
            let found: Vec<String> = ask(question).await.purchases.into_iter().map(|found| found.product).collect();
            found.join(" ")
        };
        assert_eq!(titles(Question::default()).await, "Čluny Dráha Čluny");
        assert_eq!(titles(Question { sort: Sort::Product, ..Question::default() }).await, "Čluny Čluny Dráha");
        assert_eq!(titles(Question { sort: Sort::ProductBackwards, ..Question::default() }).await, "Dráha Čluny Čluny");
        assert_eq!(titles(Question { search: "drah".to_owned(), ..Question::default() }).await, "Dráha");
        assert_eq!(titles(Question { search: "nothing".to_owned(), ..Question::default() }).await, "");
        assert_eq!(titles(Question { is_cancelled: Some(true), ..Question::default() }).await, "Čluny");
        let kind = Some(perpetua_domain::catalog::OfferKind::Subscription);
        assert_eq!(titles(Question { kind, ..Question::default() }).await, "Dráha");
        let all = ask(Question { sort: Sort::Oldest, ..Question::default() }).await;
        assert_eq!(all.purchases[0].state, PurchaseState::Cancelled);
        assert!(matches!(all.purchases[0].window, Window::Closed { .. }), "nothing left to cancel");
        assert!(matches!(all.purchases[1].window, Window::Open { days_left: 60, .. }), "{:?}", all.purchases[1].window);
        assert_eq!(all.purchases[1].term_last_day.unwrap().to_string(), "2027-03-01");
        assert_eq!(all.purchases[2].activations, Some((1, 10)));
        let totals: Vec<_> = all.totals.iter().map(|total| (&*total.product, total.bought, total.cancelled)).collect();
        assert_eq!(totals, [("Čluny · Standard", 8, 3), ("Dráha · Standard", 3, 0)]);
        assert!(all.may_cancel && all.may_order);
        let helper = test.caller(shop.partner, &[Role::HelpdeskAgent]).await;
        let seen = list(&test.app, &helper, shop.customer, Question::default()).await.unwrap();
        assert!(!seen.may_cancel && !seen.may_order, "a helpdesk agent sees purchases and no more");
    });
}

#[test]
fn pages_follow_each_other_forth_and_back_in_every_order() {
    TestApp::each(|test| async move {
        let shop = Shop::open(test.clone()).await;
        for number in 0..103 {
            // Two purchases share each instant, so that only their ids part them.
            shop.pass(number % 2);
            shop.buy(titled(["Čluny", "Dráha", "Harbor Server"][usize::try_from(number).unwrap() % 3])).await;
        }
        for sort in Sort::ALL.iter().copied() {
            for search in ["", "standard"] {
                let ask = async |place| {
                    let question = Question { sort, place, search: search.to_owned(), ..Question::default() };
                    list(&test.app, &shop.agent, shop.customer, question).await.unwrap()
                };
                let lines = |page: &Software| page.purchases.iter().map(|found| found.line).collect::<Vec<_>>();
                let mut pages = vec![ask(Place::Start).await];
                while let Some(page) = pages.last().filter(|page| page.has_next) {
                    let edge = *lines(page).last().unwrap();
                    pages.push(ask(Place::After(edge)).await);
                }
                assert_eq!(pages.iter().map(|page| page.purchases.len()).collect::<Vec<_>>(), [50, 50, 3], "{sort:?}");
                assert!(!pages[0].has_previous && pages[1].has_previous && pages[2].has_previous);
                let seen: std::collections::BTreeSet<_> = pages.iter().flat_map(lines).collect();
                assert_eq!(seen.len(), 103, "{sort:?}: each purchase once");
                for pair in pages.windows(2) {
                    let back = ask(Place::Before(lines(&pair[1])[0])).await;
                    assert_eq!(lines(&back), lines(&pair[0]), "{sort:?} {search:?}");
                    assert!(back.has_next);
                }
                assert!(!ask(Place::Before(lines(&pages[1])[0])).await.has_previous);
            }
        }
        let elsewhere = Question { place: Place::After(OrderLineId::new(Uuid::nil())), ..Question::default() };
        let first = list(&test.app, &shop.agent, shop.customer, elsewhere).await.unwrap();
        assert!(!first.has_previous, "an edge that is not the caller's is the beginning");
    });
}

#[test]
fn the_export_is_safe_for_spreadsheets_and_speaks_the_readers_language() {
    TestApp::each(|test| async move {
        let shop = Shop::open(test.clone()).await;
        shop.buy(titled("=HYPERLINK(\"http://x\")")).await;
        let mut reader = shop.agent.clone();
        reader.origin.lang = perpetua_i18n::Lang::Cs;
        let csv = export(&test.app, &reader, shop.customer, Question::default()).await.unwrap();
        assert!(csv.starts_with("\u{feff}Produkt,Edice,"), "{csv}");
        assert!(csv.contains("\"'=HYPERLINK(\"\"http://x\"\")\""), "{csv}");
        assert!(csv.contains("2026-05-01"), "the last day to cancel: {csv}");
    });
}

#[test]
fn a_purchase_offers_only_media_that_exist_with_newest_own_language_and_64_bit_first() {
    TestApp::each(|test| async move {
        let shop = Shop::open(test.clone()).await;
        let line = shop.buy(Bought::default()).await;
        shop.medium(("2022", 22), "en-US", "x64", pattern(10)).await;
        shop.medium(("2024", 24), "cs", "x64", pattern(10)).await;
        let newest = shop.medium(("2024", 24), "en-US", "x64", pattern(10)).await;
        shop.medium(("2024", 24), "en-US", "x86", pattern(10)).await;
        shop.medium(("2026", 26), "en-US", "x64", pattern(10)).await;
        let shown = page(&test.app, &shop.agent, line, Selection::default()).await.unwrap();
        let MediaPart::Offered { choices, media, may_link } = shown.media else { panic!("{:?}", shown.media) };
        let versions: Vec<_> = choices.versions.iter().map(|v| (&*v.version.label, v.is_downgrade)).collect();
        assert_eq!(versions, [("2024", false), ("2022", true)], "a newer version was not bought");
        assert_eq!(media.iter().map(|medium| medium.id).collect::<Vec<_>>(), [newest]);
        assert_eq!(media[0].bit, Bit::X64);
        assert!(may_link && shown.may_cancel);
        let sales = test.caller(shop.partner, &[Role::SalesAgent]).await;
        let shown = page(&test.app, &sales, line, Selection::default()).await.unwrap();
        assert!(matches!(shown.media, MediaPart::MissingRole { any_of: [Role::AdminAgent] }), "{:?}", shown.media);
        shop.cancel(line).await;
        let shown = page(&test.app, &shop.admin, line, Selection::default()).await.unwrap();
        assert!(matches!(shown.media, MediaPart::Cancelled), "{:?}", shown.media);
        shop.part().await;
        let shown = page(&test.app, &shop.agent, line, Selection::default()).await.unwrap();
        assert!(matches!(shown.media, MediaPart::RelationshipEnded), "purchases stay, access ends");
    });
}
