//! Orders, cancellations and reminders by mail, and what happens when the server fails or the worker dies.

use jiff::SignedDuration;
use perpetua_app::cancellation;
use perpetua_app::entropy::EntropyExt as _;
use perpetua_app::mail::{self, Topic};
use perpetua_app::outbox::{self, Delivery as _};
use perpetua_domain::access::Role;
use perpetua_test_support::TestApp;
use perpetua_test_support::smtp::Fault;

use crate::post::Post;

#[test]
fn an_order_is_confirmed_to_partner_and_customer_each_in_their_language_as_text_and_html() {
    TestApp::each(async |test| {
        let post = Post::open(test).await;
        post.speak_czech(&post.owner).await;
        let order = post.order(10).await;
        post.deliver().await;
        let mails = post.mails();
        assert_eq!(mails.len(), 2, "{mails:#?}");
        let partner = mails.iter().find(|mail| mail.to == [post.agent.email.clone()]).unwrap();
        let customer = mails.iter().find(|mail| mail.to == [post.owner.email.clone()]).unwrap();
        assert_eq!(partner.subject, format!("Order {} for Northlake", order.number));
        assert_eq!(customer.subject, "Partner Alfa pro vás objednal software");
        for mail in [partner, customer] {
            assert!(mail.raw.contains("multipart/alternative"), "{}", mail.raw);
            assert_eq!(mail.auto_submitted, "auto-generated");
            assert!(mail.id.ends_with("@desk.example"), "{}", mail.id);
            assert_eq!(mail.from, "desk@desk.example");
            for part in [&mail.text, &mail.html] {
                assert!(part.contains("Harbor Server") && part.contains("10 ×"), "{part}");
                assert!(!perpetua_app::key_text::contains_key(part, &post.app().vault.check_secrets()), "{part}");
            }
        }
        assert!(partner.text.contains("€1,190.00") && partner.html.contains("€1,190.00"), "{}", partner.text);
        assert!(partner.text.contains(&format!("http://perpetua.test/partner/orders/{}", order.id)));
        assert!(customer.text.contains("Dobrý den") && customer.html.contains("lang=\"cs\""), "{}", customer.text);
        assert!(!customer.text.contains('€') && !customer.html.contains('€'), "a customer sees no cost (I6)");
        post.deliver().await;
        assert_eq!(post.mails().len(), 2, "nothing is sent twice");
    });
}

#[test]
fn names_cannot_write_headers() {
    TestApp::each(async |test| {
        let customer = "North\r\nBcc: thief@evil.example\r\n\r\n<b>lake</b>";
        let post = Post::open_for(test, customer).await;
        post.order(1).await;
        post.deliver().await;
        for mail in post.mails() {
            assert_eq!(mail.to.len(), 1);
            assert!(!mail.to[0].contains("thief"));
            let header = mail.raw.split("\r\n\r\n").next().unwrap();
            assert!(!header.to_lowercase().contains("\r\nbcc:"), "{header}");
            assert!(!mail.html.contains("<b>lake"), "{}", mail.html);
        }
        assert!(post.mails().iter().any(|mail| mail.subject.contains("North  Bcc: thief@evil.example")));
    });
}

#[test]
fn a_worker_that_dies_between_sending_and_noting_it_sends_the_same_mail_again_and_no_other() {
    TestApp::each(async |test| {
        let post = Post::open(test).await;
        post.order(1).await;
        post.spread().await;
        let waiting = post.waiting("mail.order_placed").await;
        assert_eq!(waiting.len(), 2);
        // Sent, and then the process is gone: nothing is noted.
        for row in &waiting {
            post.delivery.deliver(row).await.unwrap();
        }
        assert_eq!(post.mails().len(), 2);
        // The event is looked at again as well: its mails are there already.
        let events = post.rows("order.placed").await;
        assert_eq!(mail::spread(post.app(), &events[0]).await.unwrap(), 0);
        post.deliver().await;
        let mut ids: Vec<String> = post.mails().into_iter().map(|mail| mail.id).collect();
        assert_eq!(ids.len(), 4, "each came twice");
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 2, "with the id that it had: whoever gets it twice can tell");
        let raw: Vec<String> = post.mails().into_iter().map(|mail| mail.raw).collect();
        assert!(raw[..2].iter().all(|first| raw[2..].contains(first)), "byte for byte");
    });
}

#[test]
fn a_refused_mail_is_tried_again_and_laid_aside_in_the_end_where_the_operator_sends_it_again() {
    TestApp::each(async |test| {
        let post = Post::open(test).await;
        let operator = post.test.caller(post.test.operator, &[Role::OperatorAdmin]).await;
        mail::choose(post.app(), &post.owner, &[]).await.unwrap();
        post.receiver.fail_next(Fault::Data(451));
        post.order(1).await;
        post.deliver().await;
        assert!(post.mails().is_empty());
        let row = post.waiting("mail.order_placed").await.remove(0);
        assert_eq!((row.attempts, row.last_error.as_str()), (1, "the mail server answered 451"));
        assert!(!row.payload.contains('@'), "a row holds ids: {}", row.payload);
        for attempt in 2..=outbox::ATTEMPTS_MAX {
            post.receiver.fail_next(if attempt % 2 == 0 { Fault::Recipient(550) } else { Fault::Data(451) });
            post.test.real_clock.advance(SignedDuration::from_hours(7));
            post.deliver().await;
        }
        let dead = outbox::dead_letters(post.app(), &operator, None, 10).await.unwrap();
        assert_eq!((dead.len(), dead[0].kind.as_str()), (1, "mail.order_placed"));
        assert_eq!(dead[0].last_error, "the mail server answered 550");
        assert!(post.mails().is_empty());
        outbox::send_again(post.app(), &operator, dead[0].id).await.unwrap();
        post.deliver().await;
        assert_eq!(post.mails().len(), 1);
    });
}

#[test]
fn who_chose_otherwise_gets_no_such_mail_but_always_what_concerns_their_access() {
    TestApp::each(async |test| {
        let post = Post::open(test).await;
        let choices = mail::mine(post.app(), &post.agent).await.unwrap();
        assert_eq!(choices.len(), 5, "a partner's people choose among all topics");
        assert!(choices.iter().all(|choice| choice.wanted), "until they say otherwise everything comes");
        mail::choose(post.app(), &post.agent, &[Topic::Requests]).await.unwrap();
        mail::choose(post.app(), &post.owner, &[]).await.unwrap();
        let now: Vec<_> = mail::mine(post.app(), &post.agent).await.unwrap();
        let wanted: Vec<Topic> = now.into_iter().filter(|choice| choice.wanted).map(|choice| choice.topic).collect();
        assert_eq!(wanted, [Topic::Requests]);
        let order = post.order(2).await;
        post.deliver().await;
        assert!(post.mails().is_empty());
        let key = post.app().entropy.bytes();
        mail::choose(post.app(), &post.agent, &[Topic::Cancellations]).await.unwrap();
        cancellation::cancel_order(post.app(), &post.agent, key, order.id).await.unwrap();
        post.deliver().await;
        let mails = post.mails();
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].to, std::slice::from_ref(&post.agent.email));
        assert!(mails[0].text.contains("CN-000001") && mails[0].text.contains("€238.00"), "{}", mails[0].text);
        post.forgot(&post.agent).await;
        post.deliver().await;
        assert_eq!(post.mails().len(), 2, "a new password always comes");
    });
}

#[test]
fn a_person_who_left_meanwhile_is_told_nothing() {
    TestApp::each(async |test| {
        let post = Post::open(test).await;
        post.order(1).await;
        post.spread().await;
        post.leave(&post.owner).await;
        post.deliver().await;
        let to: Vec<Vec<String>> = post.mails().into_iter().map(|mail| mail.to).collect();
        assert_eq!(to, [[post.agent.email.clone()]]);
    });
}

#[test]
fn the_window_and_the_end_of_a_term_are_reminded_of_once() {
    TestApp::each(async |test| {
        let post = Post::open(test).await;
        mail::choose(post.app(), &post.owner, &[Topic::Reminders]).await.unwrap();
        mail::choose(post.app(), &post.agent, &[Topic::Reminders]).await.unwrap();
        let order = post.order(3).await;
        post.subscribe(5).await;
        assert_eq!(mail::give_due(post.app()).await.unwrap(), 0, "too early");
        post.test.clock.advance(SignedDuration::from_hours(24 * 54));
        // Two nodes look at once; each window is reminded of once.
        let (first, second) = tokio::join!(mail::give_due(post.app()), mail::give_due(post.app()));
        assert!(first.unwrap() + second.unwrap() >= 2);
        assert_eq!(mail::give_due(post.app()).await.unwrap(), 0);
        assert_eq!(post.rows("reminder.window").await.len(), 2);
        post.deliver().await;
        let mails = post.mails();
        assert_eq!(mails.len(), 2, "one for each order, to the partner only: {mails:#?}");
        assert!(mails.iter().any(|mail| mail.subject.starts_with(&format!("Order {} can be cancelled", order.number))));
        post.test.clock.advance(SignedDuration::from_hours(24 * 300));
        mail::give_due(post.app()).await.unwrap();
        mail::give_due(post.app()).await.unwrap();
        post.deliver().await;
        let mails = post.mails();
        assert_eq!(mails.len(), 4, "the term ends for partner and customer");
        assert!(mails[2..].iter().all(|mail| mail.subject.starts_with("Harbor Yearly ends on")), "{mails:#?}");
    });
}

#[test]
fn a_purchase_that_was_cancelled_before_its_reminder_goes_out_is_not_reminded_of() {
    TestApp::each(async |test| {
        let post = Post::open(test).await;
        mail::choose(post.app(), &post.agent, &[Topic::Reminders]).await.unwrap();
        mail::choose(post.app(), &post.owner, &[]).await.unwrap();
        let order = post.order(3).await;
        post.test.clock.advance(SignedDuration::from_hours(24 * 54));
        mail::give_due(post.app()).await.unwrap();
        post.spread().await;
        let key = post.app().entropy.bytes();
        cancellation::cancel_order(post.app(), &post.agent, key, order.id).await.unwrap();
        post.deliver().await;
        assert!(post.mails().is_empty(), "{:#?}", post.mails());
    });
}
