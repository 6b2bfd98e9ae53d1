//! From what a mail is about to its words, in the language of its reader. One message serves text and HTML alike.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use perpetua_domain::access::{Role, TenantKind};
use perpetua_domain::money::Currency;
use perpetua_i18n::{Args, Lang, format, text, text_with};

use super::MailKind;
use super::addressees::area;
use super::letter::{Letter, plain};
use super::subjects::{
    FleetSubject, HandOverSubject, KeySubject, LinkSubject, OrderSubject, Reader, RequestSubject, Subject, TermSubject,
};

/// Where a person chooses what they get.
pub const CHOICES: &str = "/mail-choices";

/// One reader's words: language, place, and the message ids of one kind of mail.
struct Words<'a> {
    base: &'a str,
    reader: &'a Reader,
    lang: Lang,
    /// `mail-order-placed`.
    stem: String,
}

impl Words<'_> {
    fn of(&self, id: &str) -> String {
        text(self.lang, id).into_owned()
    }

    fn with(&self, part: &str, args: &Args) -> String {
        text_with(self.lang, &format!("{}-{part}", self.stem), args)
    }

    fn fact(&self, id: &str, value: String) -> Option<(String, String)> {
        (!value.trim().is_empty()).then(|| (self.of(&format!("mail-fact-{id}")), value))
    }

    fn money(&self, minor: i64, currency: Currency) -> String {
        format::amount(self.lang, minor, currency)
    }

    fn day(&self, at: Timestamp, zone: &TimeZone) -> String {
        format::date(self.lang, zone.to_datetime(at).date())
    }

    fn moment(&self, at: Timestamp, zone: &TimeZone) -> String {
        format::date_time(self.lang, at, zone)
    }

    fn item(&self, (quantity, product): &(i64, String)) -> String {
        let args = Args::new().num("quantity", *quantity).set("product", product);
        text_with(self.lang, "mail-item", &args)
    }

    fn action(&self, id: &str, path: &str) -> Option<(String, String)> {
        Some((self.of(id), format!("{}{path}", self.base)))
    }

    fn is_customer(&self) -> bool {
        matches!(self.reader.member, Some((TenantKind::Customer, _)))
    }
}

/// Writes a letter. `base` is the address of the installation.
pub(super) fn write(base: &str, reader: &Reader, subject: &Subject) -> Letter {
    let kind = kind_of(subject);
    let stem = format!("mail-{}", kind.as_text().replace('_', "-"));
    let words = Words { base, reader, lang: reader.lang, stem };
    let letter = match subject {
        Subject::Order(order) => of_order(&words, order),
        Subject::Request(request) => of_request(&words, request),
        Subject::Invitation(link) | Subject::PasswordReset(link) => of_link(&words, link),
        Subject::Role { who, role, organization, reason, .. } => of_role(&words, who, *role, organization, reason),
        Subject::Term(term) => of_term(&words, term),
        Subject::Fleet(fleet) => of_fleet(&words, fleet),
        Subject::HandOver(given) => of_hand_over(&words, given),
        Subject::Key(key) => of_key(&words, key),
    };
    frame(&words, kind, letter)
}

const fn kind_of(subject: &Subject) -> MailKind {
    match subject {
        Subject::Order(order) => order.kind,
        Subject::Request(request) => request.kind,
        Subject::Invitation(_) => MailKind::Invitation,
        Subject::PasswordReset(_) => MailKind::PasswordReset,
        Subject::Role { kind, .. } => *kind,
        Subject::Term(_) => MailKind::TermEnds,
        Subject::Fleet(_) => MailKind::FleetDue,
        Subject::HandOver(given) if given.code.is_some() => MailKind::HandOverCode,
        Subject::HandOver(_) => MailKind::HandOver,
        Subject::Key(key) => key.kind,
    }
}

/// Greeting, signature, and why one gets it: the same for every letter.
fn frame(words: &Words<'_>, kind: MailKind, letter: Letter) -> Letter {
    let name = plain(&words.reader.name);
    let greeting = if name.is_empty() {
        words.of("mail-greeting")
    } else {
        text_with(words.lang, "mail-greeting-name", &Args::new().set("name", name))
    };
    let why = match (&words.reader.member, kind) {
        (Some((_, tenant)), _) => text_with(words.lang, "mail-why-member", &Args::new().set("tenant", tenant)),
        (None, MailKind::Invitation) => words.of("mail-why-invited"),
        (None, MailKind::PasswordReset) => words.of("mail-why-reset"),
        (None, MailKind::HandOver | MailKind::HandOverCode) => words.of("mail-why-handed-over"),
        (None, _) => words.of("mail-why-named"),
    };
    let may_choose = kind.topic().is_some() && words.reader.member.is_some();
    Letter {
        greeting,
        signature: words.reader.operator.clone(),
        why,
        choose: words.action("mail-choose", CHOICES).filter(|_| may_choose),
        ..letter
    }
}

fn of_order(words: &Words<'_>, order: &OrderSubject) -> Letter {
    let is_customer = words.is_customer();
    let closes = order.closes_at.map(|at| words.moment(at, &order.zone)).unwrap_or_default();
    let args = Args::new()
        .set("number", &order.number)
        .set("customer", &order.customer)
        .set("partner", &order.partner)
        .set("by", &order.by)
        .set("closes", &closes);
    let side = if is_customer { "customer" } else { "partner" };
    let total = order.total.map(|(minor, currency)| words.money(minor, currency)).unwrap_or_default();
    let (note, credit) = match &order.credit {
        Some((number, minor, currency)) => (number.clone(), words.money(*minor, *currency)),
        None => (String::new(), String::new()),
    };
    let partner = if is_customer { order.partner.clone() } else { String::new() };
    let facts = [
        words.fact("order", order.number.clone()),
        words.fact("partner", partner),
        words.fact("customer", if is_customer { String::new() } else { order.customer.clone() }),
        words.fact("ordered", words.day(order.placed_at, &order.zone)),
        words.fact("purchase-order", order.po_number.clone()),
        words.fact("total", total),
        words.fact("credit-note", note),
        words.fact("credit", credit),
        words.fact("cancel-until", if is_customer { String::new() } else { closes }),
    ];
    let path = if is_customer { "/customer/software".to_owned() } else { format!("/partner/orders/{}", order.id) };
    let action = match (order.kind, is_customer) {
        (MailKind::WindowCloses, _) => {
            words.action("mail-open-software", &format!("/partner/customers/{}/software", order.customer_id))
        }
        (_, true) => words.action("mail-open-software", &path),
        (_, false) => words.action("mail-open-order", &path),
    };
    let remarks = if order.kind == MailKind::OrderPlaced { vec![words.of("mail-keys-after-sign-in")] } else { vec![] };
    Letter {
        subject: words.with(&format!("subject-{side}"), &args),
        paragraphs: vec![words.with(side, &args)],
        facts: facts.into_iter().flatten().collect(),
        items: order.items.iter().map(|item| words.item(item)).collect(),
        action,
        remarks,
        ..Letter::default()
    }
}

fn of_request(words: &Words<'_>, request: &RequestSubject) -> Letter {
    let args = Args::new().set("number", &request.number).set("customer", &request.customer);
    let due = request.due_at.map(|at| words.moment(at, &words.reader.zone)).unwrap_or_default();
    let (note, credit) = match &request.credit {
        Some((number, minor, currency)) => (number.clone(), words.money(*minor, *currency)),
        None => (String::new(), String::new()),
    };
    let facts = [
        words.fact("request", request.number.clone()),
        words.fact("title", request.title.clone()),
        words.fact("customer", request.customer.clone()),
        words.fact("order", request.order.clone()),
        words.fact("answer-until", due),
        words.fact("credit-note", note),
        words.fact("credit", credit),
        words.fact("reply", request.reply.clone()),
    ];
    let mut paragraphs = vec![words.with("text", &args)];
    if let Some((author, note)) = &request.note {
        let args = Args::new().set("author", author).set("note", note);
        paragraphs.push(text_with(words.lang, "mail-note", &args));
    }
    // Who is told as somebody of an organization reads it there; those who asked read it where they asked.
    let portal = match &words.reader.member {
        Some((kind, _)) => area(*kind),
        None if request.is_ask => area(TenantKind::Customer),
        None => area(TenantKind::Partner),
    };
    Letter {
        subject: words.with("subject", &args),
        paragraphs,
        facts: facts.into_iter().flatten().collect(),
        action: words.action("mail-open-request", &format!("{portal}/requests/{}", request.id)),
        ..Letter::default()
    }
}

fn of_link(words: &Words<'_>, link: &LinkSubject) -> Letter {
    let until = words.moment(link.until, &words.reader.zone);
    let args = Args::new().set("organization", &link.organization).set("until", &until);
    let roles: Vec<String> = link.roles.iter().map(|role| role_name(words.lang, *role)).collect();
    Letter {
        subject: words.with("subject", &args),
        paragraphs: vec![words.with("text", &args)],
        facts: words.fact("roles", roles.join(", ")).into_iter().collect(),
        action: words.action(&format!("{}-action", words.stem), &link.link),
        remarks: vec![words.with("remark", &args)],
        ..Letter::default()
    }
}

fn role_name(lang: Lang, role: Role) -> String {
    text(lang, &format!("role-{role}")).into_owned()
}

fn of_role(words: &Words<'_>, who: &str, role: Role, organization: &str, reason: &str) -> Letter {
    let args = Args::new().set("who", who).set("role", role_name(words.lang, role)).set("organization", organization);
    let portal = words.reader.member.as_ref().map_or("", |(kind, _)| area(*kind));
    Letter {
        subject: words.with("subject", &args),
        paragraphs: vec![words.with("text", &args)],
        facts: words.fact("reason", reason.to_owned()).into_iter().collect(),
        action: words.action("mail-open-people", &format!("{portal}/people")),
        ..Letter::default()
    }
}

/// Neither letter holds the key: it is shown once, on the page, to whoever has the code.
fn of_hand_over(words: &Words<'_>, given: &HandOverSubject) -> Letter {
    let until = words.moment(given.until, &given.zone);
    let args = Args::new()
        .set("product", &given.product)
        .set("giver", &given.giver)
        .set("customer", &given.customer)
        .set("until", &until);
    let facts = [
        words.fact("code", given.code.clone().unwrap_or_default()),
        words.fact("product", given.product.clone()),
        words.fact("customer", given.customer.clone()),
    ];
    Letter {
        subject: words.with("subject", &args),
        paragraphs: vec![words.with("text", &args)],
        facts: facts.into_iter().flatten().collect(),
        action: words.action("mail-hand-over-action", &given.link),
        remarks: vec![words.with("remark", &args)],
        ..Letter::default()
    }
}

fn of_key(words: &Words<'_>, key: &KeySubject) -> Letter {
    let args = Args::new()
        .set("product", &key.product)
        .set("order", &key.order)
        .set("customer", &key.customer)
        .num("machines", key.machines)
        .set("networks", format::number(words.lang, key.networks));
    let (path, customer) = match &words.reader.member {
        Some((TenantKind::Customer, _)) => (format!("/customer/software/{}", key.line), String::new()),
        member => {
            let portal = member.as_ref().map_or("/partner", |(kind, _)| area(*kind));
            (format!("{portal}/customers/{}/software/{}", key.customer_id, key.line), key.customer.clone())
        }
    };
    let path = if key.kind == MailKind::KeySuspected { format!("{path}/machines") } else { path };
    Letter {
        subject: words.with("subject", &args),
        paragraphs: vec![words.with("text", &args)],
        facts: [words.fact("order", key.order.clone()), words.fact("customer", customer)]
            .into_iter()
            .flatten()
            .collect(),
        action: words.action("mail-open-software", &path),
        remarks: vec![words.with("remark", &args)],
        ..Letter::default()
    }
}

fn of_term(words: &Words<'_>, term: &TermSubject) -> Letter {
    let is_customer = words.is_customer();
    let ends = words.moment(term.ends_at, &term.zone);
    let args = Args::new().set("name", &term.name).set("customer", &term.customer).set("ends", &ends);
    let path = if is_customer {
        format!("/customer/software/{}", term.line)
    } else {
        format!("/partner/customers/{}/software/{}", term.customer_id, term.line)
    };
    Letter {
        subject: words.with("subject", &args),
        paragraphs: vec![words.with(if term.renews { "renews" } else { "ends" }, &args)],
        facts: [
            words.fact("customer", if is_customer { String::new() } else { term.customer.clone() }),
            words.fact("term-ends", ends),
        ]
        .into_iter()
        .flatten()
        .collect(),
        items: vec![words.item(&term.item)],
        action: words.action("mail-open-software", &path),
        ..Letter::default()
    }
}

fn of_fleet(words: &Words<'_>, fleet: &FleetSubject) -> Letter {
    let is_customer = words.is_customer();
    let day = format::date(words.lang, fleet.day);
    let args = Args::new().set("customer", &fleet.customer).set("day", &day).num("days", fleet.days_left.max(0));
    let args = args.num("machines", fleet.machines);
    let part = if fleet.days_left < 0 { "text-gone" } else { "text" };
    let path = if is_customer {
        "/customer/migration".to_owned()
    } else {
        format!("/partner/customers/{}/migration", fleet.customer_id)
    };
    Letter {
        subject: words.with("subject", &args),
        paragraphs: vec![words.with(part, &args), words.with("machines", &args)],
        facts: [
            words.fact("customer", if is_customer { String::new() } else { fleet.customer.clone() }),
            words.fact("last-safe-day", day),
        ]
        .into_iter()
        .flatten()
        .collect(),
        action: words.action("mail-open-fleet", &path),
        ..Letter::default()
    }
}
