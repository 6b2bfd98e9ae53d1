//! Software of a customer, one purchase with key, download and links, and the page that shows a key.
//! Partner and customer use the same pages: flags and absent buttons make the difference.

use askama::Template;

use super::{
    chart::Chart,
    form::{Field, Form},
    frame::{Frame, Link, NavItem, Tone},
    list::List,
    parts::{Badge, Button, Empty, Fact},
    qr::Qr,
};

/// All software bought for a customer (M14).
#[derive(Template)]
#[template(path = "software/list.html")]
pub struct Software {
    pub t: Frame,
    pub tabs: Vec<NavItem>,
    pub list: List,
    pub rows: Vec<SoftwareRow>,
    pub totals: Vec<ProductTotal>,
    pub add_products: Option<Button>,
    pub empty: Empty,
}

pub struct SoftwareRow {
    /// Unique on the page, made of letters, digits and hyphens.
    pub id: String,
    /// Product and edition.
    pub product: String,
    pub href: String,
    pub quantity: String,
    pub order: String,
    /// Empty where the viewer has no order page.
    pub order_href: String,
    pub date: String,
    pub state: Badge,
    /// "12 days left", or when and why it closed.
    pub window: String,
    /// The window still lasts.
    pub open: bool,
    pub term_end: String,
    pub cancelled: bool,
    /// Opens the prefilled request; None outside the window or without the right.
    pub cancel: Option<Button>,
}

pub struct ProductTotal {
    pub product: String,
    pub bought: String,
    pub cancelled: String,
    pub active: String,
}

/// One purchase: choice of media, key, download, links (M15–M18).
#[derive(Template)]
#[template(path = "software/purchase.html")]
pub struct Purchase {
    pub t: Frame,
    pub state: Badge,
    pub facts: Vec<Fact>,
    /// Why there is nothing to fetch: cancelled, expired, no media; empty otherwise.
    pub closed: String,
    /// Where the three selects send their GET.
    pub choice_action: String,
    /// The selects `version`, `language`, `bit`, in this order; only what exists.
    pub choices: Vec<Field>,
    /// A sentence on the chosen version: left support, or offered by downgrade rights; empty for none.
    pub version_note: String,
    /// Set after *Get keys and downloads*.
    pub result: Option<Media>,
    pub links: Vec<LinkRow>,
    /// Keys handed over to people.
    pub hand_overs: Vec<HandOverRow>,
    pub cancel: Option<Button>,
    /// Set instead of the media part where the viewer lacks the role: who holds it, and the way to ask.
    pub refused: Option<RefusedPart>,
}

/// What *Get keys and downloads* found for exactly this choice.
pub struct Media {
    pub get_key: Button,
    pub activations: String,
    /// File type, size, SHA-256, signature.
    pub facts: Vec<Fact>,
    pub download: Button,
    /// Opens a session and shows its command.
    pub command: Button,
    pub check: Check,
    /// The command of a session that was just opened; empty before.
    pub curl: String,
    /// None where links are not the viewer's to make.
    pub copy_link: Option<Form>,
    /// Hands the key over to a person; None where keys are not the viewer's to see.
    pub hand_over: Option<Form>,
}

/// A key that was handed over to a person.
pub struct HandOverRow {
    pub id: String,
    pub name: String,
    pub email: String,
    pub made: String,
    pub by: String,
    pub expires: String,
    /// When the recipient opened the page; may be empty.
    pub opened: String,
    /// When the key was shown; may be empty.
    pub shown: String,
    pub state: Badge,
    pub revoke: Option<Button>,
}

/// How to check a file: its checksum, its signature, the key, and the commands that compare them.
pub struct Check {
    pub file: String,
    /// The 64 bytes of the signature as a `data:` address, so that they can be kept as a file.
    pub signature: String,
    /// The public key as a file.
    pub key: String,
    pub commands: String,
}

/// A link that was made for this purchase, with every use.
pub struct LinkRow {
    pub id: String,
    pub recipient: String,
    pub file: String,
    pub made: String,
    /// By whom; may be empty.
    pub by: String,
    pub expires: String,
    /// "used 1 of 3".
    pub used: String,
    pub state: Badge,
    pub uses: Vec<LinkUse>,
    pub revoke: Option<Button>,
    pub renew: Option<Button>,
}

pub struct LinkUse {
    pub when: String,
    pub network: String,
    pub result: String,
}

/// The machines that the key of a purchase activated.
#[derive(Template)]
#[template(path = "software/machines.html")]
pub struct Machines {
    pub t: Frame,
    /// Used and left activations.
    pub facts: Vec<Fact>,
    pub list: List,
    pub rows: Vec<MachineRow>,
    /// Takes the requests of machines without network; None where the viewer may not.
    pub upload: Option<Form>,
    /// Takes the text of one machine's QR code; None where the viewer may not.
    pub scan: Option<Form>,
    /// What is suspected of the key; empty when nothing is.
    pub alarm: String,
    /// Says that it is a false alarm; None where the viewer may not.
    pub settle: Option<Button>,
    /// Machines that counted over time.
    pub history: Option<Chart>,
    /// Takes the digits that a machine shows; None where the product has no typed codes, or the viewer may not.
    pub typed: Option<Form>,
    /// Gives the purchase another key; None where the viewer may not.
    pub replace: Option<Form>,
    pub empty: Empty,
}

pub struct MachineRow {
    pub id: String,
    pub name: String,
    /// How it asked last.
    pub via: String,
    pub version: String,
    pub first_seen: String,
    pub last_seen: String,
    pub state: Badge,
    pub give_back: Option<Button>,
}

/// The answer for one machine without network, as a QR code and as text.
#[derive(Template)]
#[template(path = "software/answer.html")]
pub struct AnswerCode {
    pub t: Frame,
    /// What was decided, as a sentence, and whether the machine got what it asked for.
    pub decided: (Tone, String),
    /// None when the answer is too long for one.
    pub qr: Option<Qr>,
    /// What the QR code says.
    pub text: String,
    pub back: Link,
}

/// The code that somebody types on a machine.
#[derive(Template)]
#[template(path = "software/typed.html")]
pub struct TypedCode {
    pub t: Frame,
    /// Eight groups of six digits.
    pub groups: Vec<String>,
    pub facts: Vec<Fact>,
    pub back: Link,
}

impl TypedCode {
    /// The code as it is copied: groups joined by hyphens.
    pub fn whole(&self) -> String {
        self.groups.join("-")
    }
}

pub struct RefusedPart {
    pub sentence: String,
    pub holders: Vec<String>,
    pub ask: Option<Form>,
}

/// The answer to *Get key*: the key, in groups, once per press. Never stored by anybody on the way (I7).
#[derive(Template)]
#[template(path = "software/key.html")]
pub struct KeyPage {
    pub t: Frame,
    pub product: String,
    /// Eight groups of four characters.
    pub groups: Vec<String>,
    pub activations: String,
    pub back: Link,
}

impl KeyPage {
    /// The key as it is copied: groups joined by hyphens.
    pub fn whole(&self) -> String {
        self.groups.join("-")
    }
}

/// The answer to *Copy link*: the link, shown this once.
#[derive(Template)]
#[template(path = "software/link_made.html")]
pub struct LinkMade {
    pub t: Frame,
    pub url: String,
    pub facts: Vec<Fact>,
    pub back: Link,
}
