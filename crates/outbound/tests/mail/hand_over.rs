//! A product key on its way to a named person (M16): two mails without the key, one code, one look.

use std::sync::Arc;

use jiff::SignedDuration;
use perpetua_app::cancellation::{self, Selection};
use perpetua_app::entropy::EntropyExt as _;
use perpetua_app::hand_over::{self, HandOver, Proof, Standing};
use perpetua_app::{Caller, Origin, Problem, keys};
use perpetua_domain::access::Role;
use perpetua_domain::id::{HandOverId, OrderId, OrderLineId};
use perpetua_i18n::Lang;
use perpetua_test_support::TestApp;

use crate::post::{Post, Read};

const ADDRESS: &str = "ada@northlake.example";

struct Given {
    post: Post,
    order: OrderId,
    line: OrderLineId,
    id: HandOverId,
    token: String,
    notice: Read,
}

fn command(line: OrderLineId, language: Lang) -> HandOver {
    HandOver { line, name: "Ada Berg".to_owned(), email: "ada@Northlake.example".to_owned(), language, days: None }
}

/// The token of the address in a mail.
fn token(mail: &Read) -> String {
    let (_, rest) = mail.text.split_once("/hand-over/").unwrap();
    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect()
}

/// The eight digits of a mail.
fn code(mail: &Read) -> String {
    let words = mail.text.split(|c: char| !c.is_ascii_digit());
    words.into_iter().find(|word| word.len() == 8).unwrap().to_owned()
}

async fn given(test: Arc<TestApp>, language: Lang) -> Given {
    let post = Post::open(test).await;
    let order = post.order(2).await;
    let preview = cancellation::preview(post.app(), &post.agent, order.id, Selection::AllLeft).await.unwrap();
    let line = preview.lines[0].id;
    post.deliver().await;
    let before = post.mails().len();
    let given = hand_over::give(post.app(), &post.agent, None, command(line, language)).await.unwrap().unwrap();
    post.deliver().await;
    let mails = post.mails().split_off(before);
    assert_eq!(mails.len(), 1, "nobody but the recipient is told");
    let notice = mails.into_iter().next().unwrap();
    Given { token: token(&notice), order: order.id, line, id: given.id, post, notice }
}

impl Given {
    fn origin(&self) -> Origin {
        self.post.agent.origin.clone()
    }

    async fn ask(&self) -> Result<Read, Problem> {
        let before = self.post.mails().len();
        hand_over::ask_code(self.post.app(), &self.origin(), &self.token).await?;
        self.post.deliver().await;
        Ok(self.post.mails().split_off(before).into_iter().next().unwrap())
    }

    async fn show(&self, code: &str) -> Result<String, Problem> {
        let shown = hand_over::show(self.post.app(), &self.origin(), &self.token, Proof::Code(code)).await?;
        Ok(shown.expose_grouped().to_string())
    }

    async fn refused(&self, code: &str) -> &'static str {
        let problem = self.show(code).await.unwrap_err();
        problem.fields.first().map_or(problem.code, |field| field.code)
    }

    async fn dead(&self) -> &'static str {
        hand_over::landing(self.post.app(), &self.origin(), &self.token, None).await.unwrap_err().code
    }

    async fn standing(&self, caller: &Caller) -> Vec<Standing> {
        let list = hand_over::list(self.post.app(), caller, self.line).await.unwrap();
        list.into_iter().map(|seen| seen.standing).collect()
    }
}

#[test]
fn a_key_is_shown_once_to_whoever_has_the_code_of_the_second_mail_and_that_is_recorded() {
    TestApp::each(|test| async move {
        let given = given(test, Lang::Cs).await;
        let (app, agent) = (given.post.app(), given.post.agent.clone());
        assert_eq!(given.notice.to, [ADDRESS.to_owned()]);
        assert_eq!(given.notice.subject, "Kód Product Key k Harbor Server pro vás");
        assert_eq!(given.standing(&agent).await, [Standing::Waiting]);
        let landing = hand_over::landing(app, &given.origin(), &given.token, None).await.unwrap();
        assert_eq!((landing.product.as_str(), landing.has_code), ("Harbor Server", false));
        assert_eq!(given.refused("12345678").await, "hand_over_code_over", "none was sent");

        let mail = given.ask().await.unwrap();
        assert_eq!((&mail.to, token(&mail)), (&vec![ADDRESS.to_owned()], given.token.clone()));
        assert_eq!(given.standing(&agent).await, [Standing::Opened]);
        assert_eq!(given.refused("1234").await, "hand_over_code_wrong");
        let digits = code(&mail);
        let key = given.show(&format!("{} {}", &digits[..4], &digits[4..])).await.unwrap();
        assert_eq!(key, keys::reveal(app, &agent, given.line).await.unwrap().expose_grouped().as_str());
        for mail in given.post.mails() {
            assert!(!mail.raw.contains(&key) && !mail.text.contains(&key), "{}", mail.subject);
        }
        assert_eq!(given.refused(&digits).await, "hand_over_shown");
        assert_eq!(given.dead().await, "hand_over_shown");
        assert_eq!(given.standing(&agent).await, [Standing::Shown]);
        let looks = keys::looks_of_purchase(app, &agent, given.line).await.unwrap();
        let names: Vec<&str> = looks.iter().map(|look| look.name.as_str()).collect();
        assert!(names.contains(&"Ada Berg"), "{names:?}");
        assert_eq!(hand_over::revoke(app, &agent, given.id).await.unwrap_err().code, "hand_over_shown");
    });
}

#[test]
fn codes_are_few_and_guesses_fewer() {
    TestApp::each(|test| async move {
        let given = given(test.clone(), Lang::En).await;
        let first = code(&given.ask().await.unwrap());
        assert_eq!(given.ask().await.unwrap_err().code, "too_many_attempts", "within a minute");
        test.real_clock.advance(SignedDuration::from_secs(60));
        let second = code(&given.ask().await.unwrap());
        assert_eq!(given.refused(&first).await, "hand_over_code_wrong", "the later one took its place");
        test.real_clock.advance(SignedDuration::from_secs(15 * 60));
        assert_eq!(given.refused(&second).await, "hand_over_code_over", "after its quarter of an hour");
        for _ in 0..3 {
            given.ask().await.unwrap();
            test.real_clock.advance(SignedDuration::from_secs(60));
        }
        assert_eq!(given.ask().await.unwrap_err().code, "hand_over_codes");
        for _ in 0..4 {
            assert_eq!(given.refused("").await, "hand_over_code_wrong");
        }
        assert_eq!(given.refused("00000000").await, "hand_over_locked");
        assert_eq!(given.standing(&given.post.agent).await, [Standing::Locked]);
    });
}

#[test]
fn many_guesses_at_once_are_no_more_than_as_many_after_another() {
    TestApp::each(|test| async move {
        let given = given(test, Lang::En).await;
        let right = code(&given.ask().await.unwrap());
        let wrong = if right == "00000001" { "00000002" } else { "00000001" };
        let guesses = (0..12).map(|_| given.show(wrong));
        let answers = futures::future::join_all(guesses).await;
        assert!(answers.iter().all(Result::is_err));
        // A guess that met another one is not looked at, so that at most five were.
        let looked = answers.iter().filter(|answer| answer.as_ref().is_err_and(|problem| !problem.fields.is_empty()));
        assert!(looked.count() <= 5);
        let right = (0..4).map(|_| given.show(&right));
        assert!(futures::future::join_all(right).await.iter().filter(|answer| answer.is_ok()).count() <= 1);
    });
}

#[test]
fn nothing_is_shown_after_it_was_taken_back() {
    TestApp::each(|test| async move {
        let given = given(test, Lang::En).await;
        assert_eq!(given.notice.subject, "A product key of Harbor Server for you");
        let right = code(&given.ask().await.unwrap());
        hand_over::revoke(given.post.app(), &given.post.agent, given.id).await.unwrap();
        hand_over::revoke(given.post.app(), &given.post.agent, given.id).await.unwrap();
        assert_eq!(given.refused(&right).await, "hand_over_revoked");
        assert_eq!(given.standing(&given.post.agent).await, [Standing::Revoked]);
    });
}

#[test]
fn nothing_is_shown_after_the_purchase_was_cancelled() {
    TestApp::each(|test| async move {
        let given = given(test, Lang::En).await;
        let right = code(&given.ask().await.unwrap());
        let key = given.post.app().entropy.bytes();
        cancellation::cancel_order(given.post.app(), &given.post.agent, key, given.order).await.unwrap();
        assert_eq!(given.refused(&right).await, "purchase_cancelled");
        assert_eq!(given.standing(&given.post.agent).await, [Standing::Dead]);
    });
}

#[test]
fn nothing_is_shown_after_fourteen_days() {
    TestApp::each(|test| async move {
        let given = given(test.clone(), Lang::En).await;
        let right = code(&given.ask().await.unwrap());
        test.clock.advance(SignedDuration::from_hours(14 * 24));
        assert_eq!(given.refused(&right).await, "hand_over_expired");
        assert_eq!(given.standing(&given.post.agent).await, [Standing::Expired]);
    });
}

#[test]
fn who_may_look_at_a_key_may_hand_it_over_and_nobody_else() {
    TestApp::each(|test| async move {
        let given = given(test.clone(), Lang::En).await;
        let app = given.post.app();
        let rival = test.caller(test.partner("Beta").await, &[Role::AdminAgent]).await;
        let sales = test.caller(given.post.partner, &[Role::SalesAgent]).await;
        let support = test.caller(test.operator, &[Role::OperatorAdmin]).await;
        for (caller, code) in [(&rival, "not_found"), (&sales, "missing_role"), (&support, "missing_role")] {
            let refused = hand_over::give(app, caller, None, command(given.line, Lang::En)).await.err().unwrap();
            assert_eq!(refused.code, code);
            assert_eq!(hand_over::list(app, caller, given.line).await.unwrap_err().code, code);
            assert_eq!(hand_over::revoke(app, caller, given.id).await.unwrap_err().code, code);
        }
        let stale =
            Caller { proved_at: test.app.real_clock.now() - SignedDuration::from_hours(2), ..given.post.agent.clone() };
        let refused = hand_over::give(app, &stale, None, command(given.line, Lang::En)).await.err().unwrap();
        assert_eq!(refused.code, "fresh_sign_in_needed");
        // The customer sees what its partner gave, and gives itself.
        assert_eq!(given.standing(&given.post.owner).await, [Standing::Waiting]);
        let own = hand_over::give(app, &given.post.owner, None, command(given.line, Lang::En)).await.unwrap().unwrap();
        assert_eq!(given.standing(&given.post.agent).await, [Standing::Waiting], "not the partner's to see");
        assert_eq!(hand_over::revoke(app, &given.post.agent, own.id).await.unwrap_err().code, "not_found");
        let wrong = HandOver {
            name: " ".to_owned(),
            email: "nobody".to_owned(),
            days: Some(91),
            ..command(given.line, Lang::En)
        };
        let refused = hand_over::give(app, &given.post.agent, None, wrong).await.err().unwrap();
        let fields: Vec<_> = refused.fields.iter().map(|field| (field.field.as_str(), field.code)).collect();
        let expected =
            [("recipient_name", "missing"), ("recipient_email", "request_email"), ("hand_over_days", "hand_over_days")];
        assert_eq!(fields, expected);
        let elsewhere = hand_over::landing(app, &given.origin(), "AAAAAAAAAAAAAAAAAAAAAA", None).await.unwrap_err();
        assert_eq!(elsewhere.code, "not_found");
    });
}
