//! Invitations and new passwords: the mail holds the address, the database neither it nor what makes it (I7).

use jiff::SignedDuration;
use perpetua_app::entropy::Token;
use perpetua_app::outbox::Delivery as _;
use perpetua_app::people::{self, Accept, AskForRole, DecideRequest, Invite, OneTimeLink};
use perpetua_domain::access::Role;
use perpetua_i18n::Lang;
use perpetua_test_support::TestApp;

use crate::post::{Post, Read};

const EMAIL: &str = "nora@alfa.example";
const PASSWORD: &str = "correct horse battery staple";

async fn invite(post: &Post) -> OneTimeLink {
    let command = Invite { tenant: post.partner, email: EMAIL.to_owned(), roles: vec![Role::SalesAgent] };
    people::invite(post.app(), &post.agent, command).await.unwrap()
}

/// The secret at the end of the address that a mail holds.
fn secret(mail: &Read, place: &str) -> Token {
    let (_, rest) = mail.text.split_once(&format!("http://perpetua.test/{place}/")).unwrap();
    let word = rest.split_whitespace().next().unwrap();
    assert!(mail.html.contains(word), "both parts lead to the same place");
    assert!(!mail.subject.contains(word));
    Token::parse(word).unwrap()
}

/// Everything that the outbox holds.
async fn outbox(post: &Post) -> String {
    post.test.lines("SELECT payload || ' ' || last_error AS line FROM outbox").await.join("\n")
}

#[test]
fn an_invitation_reaches_the_invited_with_the_address_that_the_page_showed() {
    TestApp::each(async |test| {
        let post = Post::open(test).await;
        let shown = invite(&post).await;
        post.deliver().await;
        let mails = post.mails();
        assert_eq!((mails.len(), mails[0].to.clone()), (1, vec![EMAIL.to_owned()]));
        assert_eq!(mails[0].subject, "Invitation to Alfa");
        assert!(mails[0].text.contains("Sales agent"), "{}", mails[0].text);
        let sent = secret(&mails[0], "invitation");
        assert_eq!(sent.hash(), shown.token.hash());
        let stored = outbox(&post).await;
        assert!(!stored.contains(shown.token.expose().as_str()) && !stored.contains(EMAIL), "{stored}");
        let accept = Accept::New { name: "Nora".to_owned(), password: PASSWORD.to_owned(), lang: Lang::Cs };
        people::accept_invitation(post.app(), &post.agent.origin, &sent, accept).await.unwrap();
    });
}

#[test]
fn an_invitation_that_was_renewed_or_taken_back_before_its_mail_went_out_is_not_sent() {
    TestApp::each(async |test| {
        let post = Post::open(test).await;
        invite(&post).await;
        post.spread().await;
        let open = people::list(post.app(), &post.agent, post.partner).await.unwrap().invitations.remove(0);
        let renewed = people::renew_invitation(post.app(), &post.agent, post.partner, open.id).await.unwrap();
        post.deliver().await;
        let mails = post.mails();
        assert_eq!(mails.len(), 1, "only the one whose address works");
        assert_eq!(secret(&mails[0], "invitation").hash(), renewed.token.hash());
        people::renew_invitation(post.app(), &post.agent, post.partner, open.id).await.unwrap();
        post.spread().await;
        people::revoke_invitation(post.app(), &post.agent, post.partner, open.id).await.unwrap();
        post.deliver().await;
        assert_eq!(post.mails().len(), 1);
    });
}

#[test]
fn a_forgotten_password_is_set_by_the_address_of_the_mail_also_when_it_came_twice() {
    TestApp::each(async |test| {
        let post = Post::open(test).await;
        invite(&post).await;
        post.deliver().await;
        let invitation = secret(&post.mails()[0], "invitation");
        let accept = Accept::New { name: "Nora".to_owned(), password: PASSWORD.to_owned(), lang: Lang::Cs };
        people::accept_invitation(post.app(), &post.agent.origin, &invitation, accept).await.unwrap();
        people::request_reset(post.app(), &post.agent.origin, EMAIL).await.unwrap();
        post.spread().await;
        let row = post.waiting("mail.password_reset").await.remove(0);
        post.delivery.deliver(&row).await.unwrap();
        // The worker died before it noted that: the mail goes out again.
        post.deliver().await;
        let mails: Vec<Read> = post.mails().split_off(1);
        assert_eq!(mails.len(), 2);
        assert_eq!((mails[0].subject.as_str(), mails[0].to.clone()), ("Nové heslo", vec![EMAIL.to_owned()]));
        let (first, second) = (secret(&mails[0], "reset"), secret(&mails[1], "reset"));
        assert_eq!(first.hash(), second.hash(), "whichever of the two is opened works");
        assert!(!outbox(&post).await.contains(first.expose().as_str()));
        people::reset_password(post.app(), &post.agent.origin, &first, "another horse battery staple").await.unwrap();
        people::request_reset(post.app(), &post.agent.origin, EMAIL).await.unwrap();
        post.spread().await;
        post.test.real_clock.advance(SignedDuration::from_hours(25));
        post.deliver().await;
        assert_eq!(post.mails().len(), 3, "an address that has run out is not sent");
    });
}

#[test]
fn who_asks_for_a_role_hears_how_it_ended_and_those_who_give_it_that_somebody_asks() {
    TestApp::each(async |test| {
        let post = Post::open(test).await;
        let asker = post.test.caller(post.partner, &[Role::HelpdeskAgent]).await;
        let ask = AskForRole { role: Role::SalesAgent, reason: "New customers".to_owned() };
        let request = people::ask_for_role(post.app(), &asker, ask).await.unwrap();
        post.deliver().await;
        let mails = post.mails();
        assert_eq!((mails.len(), mails[0].to.clone()), (1, vec![post.agent.email.clone()]));
        assert!(mails[0].text.contains("New customers") && mails[0].subject.contains("asks for a role"));
        let decide = DecideRequest { tenant: post.partner, request, grant: false, hours: None };
        people::decide_request(post.app(), &post.agent, decide).await.unwrap();
        post.deliver().await;
        let mails = post.mails();
        assert_eq!((mails.len(), mails[1].to.clone()), (2, vec![asker.email]));
        assert_eq!(mails[1].subject, "The role “Sales agent” was not given");
    });
}
