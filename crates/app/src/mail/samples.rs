//! Every mail once, with invented facts: for the page on which a demo shows them, and for tests of their words.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use perpetua_domain::access::{Role, TenantKind};
use perpetua_domain::money::Currency;
use perpetua_i18n::Lang;
use uuid::Uuid;

use super::subjects::{
    FleetSubject, HandOverSubject, KeySubject, LinkSubject, OrderSubject, Reader, RequestSubject, Subject, TermSubject,
};
use super::{Letter, MailKind, words};

/// When everything in the samples happened.
const AT: &str = "2026-03-02T09:00:00Z";

/// A mail with invented facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// What it says.
    pub kind: MailKind,
    /// To what kind of organization its reader belongs; `None` for addresses that somebody named.
    pub side: Option<TenantKind>,
    /// Its words.
    pub letter: Letter,
}

/// Every mail in one language, each for every kind of reader who gets it.
pub fn samples(base: &str, lang: Lang) -> Vec<Sample> {
    use TenantKind::{Customer, Operator, Partner};
    let mut all = Vec::new();
    for kind in MailKind::ALL.iter().copied() {
        let sides: &[Option<TenantKind>] = match kind {
            MailKind::OrderPlaced
            | MailKind::OrderCancelled
            | MailKind::TermEnds
            | MailKind::FleetDue
            | MailKind::KeyReplaced => &[Some(Partner), Some(Customer)],
            MailKind::RequestFiled | MailKind::KeySuspected => &[Some(Operator), Some(Partner)],
            MailKind::RequestChanged => &[None, Some(Operator)],
            MailKind::WindowCloses | MailKind::RoleAsked | MailKind::RoleRefused | MailKind::RoleGiven => {
                &[Some(Partner)]
            }
            _ => &[None],
        };
        for side in sides {
            let reader = reader(lang, *side);
            let letter = words::write(base, &reader, &subject(kind, *side));
            all.push(Sample { kind, side: *side, letter });
        }
    }
    all
}

fn reader(lang: Lang, side: Option<TenantKind>) -> Reader {
    let tenant = match side {
        Some(TenantKind::Operator) => "Acme Systems",
        Some(TenantKind::Customer) => "Severní jezero s.r.o.",
        _ => "Alfa",
    };
    Reader {
        name: "Jana Nováková".to_owned(),
        address: "jana@alfa.example".to_owned(),
        lang,
        member: side.map(|kind| (kind, tenant.to_owned())),
        operator: "Acme Systems".to_owned(),
        zone: zone(),
    }
}

fn zone() -> TimeZone {
    TimeZone::get("Europe/Prague").unwrap_or(TimeZone::UTC)
}

fn at(days: i64) -> Timestamp {
    let at: Timestamp = AT.parse().unwrap_or_default();
    at.saturating_add(jiff::SignedDuration::from_hours(24 * days)).unwrap_or(at)
}

fn subject(kind: MailKind, side: Option<TenantKind>) -> Subject {
    let link = |link: &str| LinkSubject {
        link: link.to_owned(),
        organization: "Alfa".to_owned(),
        roles: if kind == MailKind::Invitation { vec![Role::SalesAgent] } else { Vec::new() },
        until: at(7),
    };
    match kind {
        MailKind::OrderPlaced | MailKind::OrderCancelled | MailKind::WindowCloses => Subject::Order(order(kind, side)),
        MailKind::TermEnds => Subject::Term(TermSubject {
            name: "Harbor Backup".to_owned(),
            item: (25, "Harbor Backup – Standard".to_owned()),
            customer: "Severní jezero s.r.o.".to_owned(),
            customer_id: Uuid::nil().into(),
            line: Uuid::nil().into(),
            ends_at: at(30),
            zone: zone(),
            renews: side == Some(TenantKind::Customer),
        }),
        MailKind::FleetDue => Subject::Fleet(FleetSubject {
            customer: "Severní jezero s.r.o.".to_owned(),
            customer_id: Uuid::nil().into(),
            day: zone().to_datetime(at(30)).date(),
            days_left: 30,
            machines: 112,
        }),
        MailKind::HandOver | MailKind::HandOverCode => Subject::HandOver(HandOverSubject {
            link: "/hand-over/EXAMPLE".to_owned(),
            product: "Harbor Server".to_owned(),
            giver: "Alfa".to_owned(),
            customer: "Severní jezero s.r.o.".to_owned(),
            until: at(14),
            zone: zone(),
            code: (kind == MailKind::HandOverCode).then(|| "01234567".to_owned()),
        }),
        MailKind::KeyReplaced | MailKind::KeySuspected => Subject::Key(KeySubject {
            kind,
            product: "Harbor Server".to_owned(),
            order: "3f9ac1d20b77".to_owned(),
            customer: "Severní jezero s.r.o.".to_owned(),
            customer_id: Uuid::nil().into(),
            line: Uuid::nil().into(),
            machines: 132,
            networks: 47,
        }),
        MailKind::Invitation => Subject::Invitation(link("/invitation/EXAMPLE")),
        MailKind::PasswordReset => Subject::PasswordReset(link("/reset/EXAMPLE")),
        MailKind::RoleAsked | MailKind::RoleRefused | MailKind::RoleGiven => Subject::Role {
            kind,
            who: "Petr Dvořák".to_owned(),
            role: Role::SalesAgent,
            organization: "Alfa".to_owned(),
            reason: if kind == MailKind::RoleAsked {
                "Nakupuji pro nové zákazníky.".to_owned()
            } else {
                String::new()
            },
        },
        _ => Subject::Request(request(kind, side)),
    }
}

fn order(kind: MailKind, side: Option<TenantKind>) -> OrderSubject {
    let euro = "EUR".parse::<Currency>().ok().filter(|_| side != Some(TenantKind::Customer));
    OrderSubject {
        kind,
        id: Uuid::nil().into(),
        number: "3f9ac1d20b77".to_owned(),
        partner: "Alfa".to_owned(),
        customer: "Severní jezero s.r.o.".to_owned(),
        customer_id: Uuid::nil().into(),
        by: "Jana Nováková".to_owned(),
        po_number: "PO 2026/17".to_owned(),
        placed_at: at(0),
        zone: zone(),
        items: vec![(10, "Harbor Server – Standard".to_owned()), (1, "Harbor Backup".to_owned())],
        total: euro.filter(|_| kind == MailKind::OrderPlaced).map(|currency| (130_900, currency)),
        credit: euro
            .filter(|_| kind == MailKind::OrderCancelled)
            .map(|currency| ("CN-000017".to_owned(), 130_900, currency)),
        closes_at: (kind != MailKind::OrderCancelled).then(|| at(60)),
    }
}

fn request(kind: MailKind, side: Option<TenantKind>) -> RequestSubject {
    let note = ("Olga Nová".to_owned(), "Na kterých počítačích klíč nefunguje?".to_owned());
    let asks = matches!(kind, MailKind::RequestChanged | MailKind::RequestAttention);
    let euro = "EUR".parse::<Currency>().ok().filter(|_| kind == MailKind::RequestCredited);
    RequestSubject {
        kind,
        id: Uuid::nil().into(),
        number: "R-000123".to_owned(),
        title: "Zrušení: Harbor Server".to_owned(),
        customer: "Severní jezero s.r.o.".to_owned(),
        order: "3f9ac1d20b77".to_owned(),
        is_ask: side == Some(TenantKind::Partner),
        due_at: (kind == MailKind::RequestReceived).then(|| at(1)),
        note: asks.then_some(note),
        reply: if kind == MailKind::RequestRefused { "Lhůta skončila 1. května.".to_owned() } else { String::new() },
        credit: euro.map(|currency| ("CN-000018".to_owned(), 65_450, currency)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mail_has_words_of_its_own_in_both_languages_and_an_absolute_address() {
        for lang in Lang::ALL {
            let before = perpetua_i18n::missing_count();
            let all = samples("https://desk.example.com", lang);
            assert_eq!(perpetua_i18n::missing_count(), before, "{lang}: a message or a variable is missing");
            for kind in MailKind::ALL {
                assert!(all.iter().any(|sample| sample.kind == *kind), "{kind}");
            }
            for Sample { kind, side, letter } in all {
                let what = format!("{kind} to {side:?} in {lang}");
                assert!(!letter.subject.contains('«') && !letter.subject.is_empty(), "{what}: {}", letter.subject);
                let (label, address) = letter.action.expect("every mail leads somewhere");
                assert!(!label.is_empty() && address.starts_with("https://desk.example.com/"), "{what}: {address}");
                assert!(!letter.paragraphs[0].is_empty() && !letter.why.is_empty(), "{what}");
                assert_eq!(letter.choose.is_some(), kind.topic().is_some() && side.is_some(), "{what}");
            }
        }
    }

    #[test]
    fn a_customer_reads_no_amount() {
        for sample in samples("https://desk.example.com", Lang::En) {
            if sample.side == Some(TenantKind::Customer) {
                let letter = format!("{:?}", sample.letter);
                assert!(!letter.contains('€') && !letter.contains("CN-"), "{letter}");
            }
        }
    }
}
