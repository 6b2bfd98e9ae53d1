//! The support desk: *Report a problem*, one request with its conversation and decision, and the operator's queue.

use askama::Template;

use super::{
    form::{Field, Form},
    frame::{Frame, Link},
    list::List,
    parts::{Badge, Button, Empty, Fact, Totals},
};

/// *Report a problem*: the sections Details, Description and Contact in one form.
#[derive(Template)]
#[template(path = "desk/report.html")]
pub struct ReportPage {
    pub t: Frame,
    /// When the window closed, or who answers.
    pub intro: String,
    pub form: Form,
    /// Signs in again in a new tab, so that what was typed stays; None while somebody is signed in.
    pub sign_in: Option<Link>,
}

/// One request as its side sees it.
#[derive(Template)]
#[template(path = "desk/request.html")]
pub struct RequestPage {
    pub t: Frame,
    pub state: Badge,
    /// "Overdue", and who works on it.
    pub tags: Vec<Badge>,
    pub facts: Vec<Fact>,
    /// The free text, a paragraph each.
    pub text: Vec<String>,
    pub notes: Vec<Note>,
    pub files: Vec<FileLine>,
    /// Adds a note; None where nobody can write any more.
    pub write: Option<Form>,
    /// What the decision said; empty without one.
    pub reply: String,
    /// The credit, for those who may see amounts.
    pub credit: Option<Totals>,
    /// What was cancelled, a sentence each.
    pub done: Vec<String>,
    /// Take, close, reopen, withdraw.
    pub buttons: Vec<Button>,
    pub links: Vec<Link>,
    /// The purchase beside it, for those who decide.
    pub purchase: Option<Purchase>,
    pub decision: Option<Decision>,
    /// Refuses with a reason.
    pub refuse: Option<Form>,
    /// Raises the activation limit.
    pub limit: Option<Form>,
    /// Puts a canned answer into the note or the refusal; None without answers.
    pub canned: Option<Canned>,
    /// Gives a purchase another key.
    pub replace: Option<Form>,
    /// A sentence of a refused action; empty for none.
    pub error: String,
    /// What somebody wrote into a form that is gone since, a paragraph each.
    pub typed: Vec<String>,
}

/// A file of the conversation.
pub struct FileLine {
    pub name: String,
    /// Empty while nobody may open it.
    pub href: String,
    /// Type and size.
    pub detail: String,
    pub by: String,
    pub when: String,
    pub badge: Option<Badge>,
}

/// One entry of the conversation.
pub struct Note {
    pub author: String,
    pub when: String,
    pub text: Vec<String>,
}

/// The choice of a canned answer.
pub struct Canned {
    pub action: String,
    pub answer: Field,
    /// Whether there is a refusal into which it may go.
    pub into_refusal: bool,
}

/// The purchase with its money, key, links and looks at the key.
pub struct Purchase {
    pub facts: Vec<Fact>,
    pub lines: Vec<PurchaseLine>,
}

/// A line of it.
pub struct PurchaseLine {
    pub product: String,
    pub detail: String,
    pub state: Badge,
    pub paid: String,
    pub left: String,
    pub key: String,
    pub links: String,
    pub reveals: String,
}

/// Crediting: amount and units per line, with the effect computed before it happens.
pub struct Decision {
    pub action: String,
    pub version: String,
    pub lines: Vec<DecisionLine>,
    pub totals: Totals,
    /// What the credit does to keys and links, a sentence each.
    pub consequences: Vec<String>,
    pub reply: Field,
    /// Above the amount that needs a second person; empty below.
    pub second: String,
    pub error: String,
    /// What another person proposed, and the buttons to agree or decline; None without a proposal.
    pub proposal: Option<Proposal>,
}

/// A credit that waits for a second person.
pub struct Proposal {
    pub sentence: String,
    pub reply: String,
    /// What each line gets and loses.
    pub lines: Vec<ProposalLine>,
    pub buttons: Vec<Button>,
}

/// A line of a proposed credit.
pub struct ProposalLine {
    pub product: String,
    pub amount: String,
    pub units: String,
}

/// A line that may be credited.
pub struct DecisionLine {
    pub product: String,
    pub detail: String,
    pub amount: Field,
    pub left: String,
    pub units: Field,
    pub of: String,
}

/// The operator's queue.
#[derive(Template)]
#[template(path = "desk/queue.html")]
pub struct QueuePage {
    pub t: Frame,
    pub list: List,
    pub rows: Vec<QueueRow>,
    pub empty: Empty,
    /// The canned answers, and the working calendar.
    pub links: Vec<Link>,
    /// Above which amount a second person agrees; None for those who may not change it.
    pub second: Option<Form>,
    /// How long closed requests keep personal data; None for those who may not change it.
    pub personal: Option<Form>,
}

/// A row of it.
pub struct QueueRow {
    pub number: String,
    pub href: String,
    pub title: String,
    pub kind: String,
    pub partner: String,
    pub customer: String,
    pub impact: String,
    pub due: String,
    pub late: Option<Badge>,
    pub assignee: String,
    pub state: Badge,
}

/// Canned answers: the list, and the form of one.
#[derive(Template)]
#[template(path = "desk/answers.html")]
pub struct AnswersPage {
    pub t: Frame,
    pub rows: Vec<AnswerRow>,
    /// Adds or changes one; None for those who may not.
    pub form: Option<Form>,
    pub empty: Empty,
}

/// A canned answer in the reader's language.
pub struct AnswerRow {
    pub id: String,
    pub title: String,
    /// Where it is changed; empty for those who may not.
    pub href: String,
    pub text: String,
    pub remove: Option<Button>,
}

/// The days on which the desk does not work: the list, and the form of one or many.
#[derive(Template)]
#[template(path = "desk/holidays.html")]
pub struct HolidaysPage {
    pub t: Frame,
    pub rows: Vec<HolidayRow>,
    /// Where ticked days are removed; empty for those who may not.
    pub remove: &'static str,
    /// Why they were not.
    pub error: String,
    /// Adds days or changes one; None for those who may not.
    pub form: Option<Form>,
    pub empty: Empty,
}

/// A day of it.
pub struct HolidayRow {
    pub id: String,
    pub day: String,
    pub name: String,
    /// Where it is changed; empty for those who may not.
    pub href: String,
}

/// What a customer asked its partners.
#[derive(Template)]
#[template(path = "desk/asked.html")]
pub struct AskedPage {
    pub t: Frame,
    pub rows: Vec<AskedRow>,
    pub empty: Empty,
}

/// A row of it.
pub struct AskedRow {
    pub number: String,
    pub href: String,
    pub date: String,
    pub title: String,
    pub partner: String,
    pub state: Badge,
}
