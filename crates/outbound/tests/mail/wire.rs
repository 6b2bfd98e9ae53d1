//! The connection to the mail server: encrypted as the settings say, or no mail.

use perpetua_app::mail::{Letter, Mail, MailKind, Mailer as _};
use perpetua_i18n::Lang;
use perpetua_outbound::mail::{Protection, SmtpMailer, SmtpOptions};
use perpetua_test_support::smtp::{Fault, SmtpReceiver, Speaks};

use crate::post::{options, read};

fn mail() -> Mail {
    Mail {
        id: uuid::Uuid::from_u128(7),
        kind: MailKind::OrderPlaced,
        at: "2026-03-02T09:00:00Z".parse().unwrap(),
        to_name: "Žofie, \"Jana\" <Nováková>".to_owned(),
        to: "jana@alfa.example".to_owned(),
        lang: Lang::Cs,
        letter: Letter {
            subject: "Objednávka 3f9a pro Žluťoučký kůň, příliš dlouhý předmět, který se na jeden řádek nevejde"
                .to_owned(),
            greeting: "Dobrý den,".to_owned(),
            paragraphs: vec![".Tečka na začátku řádku".to_owned(), "x".repeat(2_000)],
            ..Letter::default()
        },
    }
}

fn trusting(receiver: &SmtpReceiver, protection: Protection) -> (SmtpMailer, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("authority.pem");
    std::fs::write(&authority, receiver.authority()).unwrap();
    let options = SmtpOptions {
        user: "desk".to_owned(),
        password: "secret of the server".to_owned(),
        authority,
        ..options(receiver, protection)
    };
    (SmtpMailer::new(&options).unwrap(), folder)
}

#[tokio::test]
async fn a_mail_survives_the_way_with_letters_of_all_kinds_and_long_lines() {
    let receiver = SmtpReceiver::start(Speaks::Plain).await;
    let mailer = SmtpMailer::new(&options(&receiver, Protection::Plain)).unwrap();
    mailer.send(&mail()).await.unwrap();
    let received = receiver.received().remove(0);
    let got = read(&received);
    assert_eq!(got.subject, mail().letter.subject);
    assert!(got.text.contains(".Tečka na začátku řádku") && got.text.contains(&"x".repeat(2_000)));
    assert!(got.raw.split("\r\n").all(|line| line.len() <= 998), "lines stay below the limit of the wire");
    let parsed = mail_parser::MessageParser::default().parse(&received.data).unwrap();
    assert_eq!(parsed.to().unwrap().first().unwrap().name(), Some("Žofie, \"Jana\" <Nováková>"));
    assert_eq!(parsed.date().unwrap().to_rfc3339(), "2026-03-02T09:00:00Z");
    assert_eq!(got.id, "00000000-0000-0000-0000-000000000007@desk.example");
}

#[tokio::test]
async fn tls_from_the_first_byte_and_after_starttls_carry_login_and_mail() {
    for (speaks, protection) in [(Speaks::Tls, Protection::Tls), (Speaks::StartTls, Protection::StartTls)] {
        let receiver = SmtpReceiver::start(speaks).await;
        let (mailer, _folder) = trusting(&receiver, protection);
        mailer.send(&mail()).await.unwrap();
        let received = receiver.received().remove(0);
        assert!(received.encrypted, "{speaks:?}");
        assert_eq!(received.login, Some(("desk".to_owned(), "secret of the server".to_owned())));
    }
}

#[tokio::test]
async fn without_the_encryption_that_was_asked_for_nothing_is_said() {
    let receiver = SmtpReceiver::start(Speaks::Plain).await;
    let (mailer, _folder) = trusting(&receiver, Protection::StartTls);
    let error = mailer.send(&mail()).await.unwrap_err();
    assert_eq!(error, "the mail server does not offer what the settings ask for");
    assert!(receiver.received().is_empty() && receiver.connections() == 1);
    // A certificate that nobody vouches for.
    let receiver = SmtpReceiver::start(Speaks::StartTls).await;
    let mailer = SmtpMailer::new(&options(&receiver, Protection::StartTls)).unwrap();
    assert!(mailer.send(&mail()).await.is_err());
    assert!(receiver.received().is_empty());
}

#[tokio::test]
async fn what_a_server_says_is_told_by_its_code_alone() {
    let receiver = SmtpReceiver::start(Speaks::Plain).await;
    let mailer = SmtpMailer::new(&options(&receiver, Protection::Plain)).unwrap();
    receiver.fail_next(Fault::Recipient(550));
    assert_eq!(mailer.send(&mail()).await.unwrap_err(), "the mail server answered 550");
    receiver.fail_next(Fault::SilentAfterData);
    assert!(mailer.send(&mail()).await.is_err(), "a mail that was kept without a word counts as not sent");
    assert_eq!(receiver.received().len(), 1);
    mailer.send(&mail()).await.unwrap();
    let ids: Vec<String> = receiver.received().iter().map(|mail| read(mail).id).collect();
    assert_eq!(ids[0], ids[1], "so it comes again, under its own id");
    drop(receiver);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_said_to_be_so() {
    let receiver = SmtpReceiver::start(Speaks::Plain).await;
    let gone = options(&receiver, Protection::Plain);
    drop(receiver);
    // The port is free again as soon as the listener is.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let free = listener.local_addr().unwrap().port();
    drop(listener);
    let mailer = SmtpMailer::new(&SmtpOptions { port: free, ..gone }).unwrap();
    assert_eq!(mailer.send(&mail()).await.unwrap_err(), "the mail server cannot be reached");
}
