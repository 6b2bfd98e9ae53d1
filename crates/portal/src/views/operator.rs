//! Pages of the operator: price sheets, media, partners, policies, tax rates and undelivered events.

use askama::Template;

use super::{
    chart::Chart,
    form::Form,
    frame::{Frame, Link},
    list::List,
    parts::{Badge, Button, Empty, Fact, Figure},
    people::PersonRow,
};

/// Price sheets with their upload.
#[derive(Template)]
#[template(path = "operator/price_sheets.html")]
pub struct PriceSheets {
    pub t: Frame,
    pub upload: Form,
    pub list: List,
    pub rows: Vec<SheetRow>,
    pub empty: Empty,
}

pub struct SheetRow {
    pub name: String,
    pub href: String,
    pub market: String,
    pub rows: String,
    pub uploaded: String,
    pub by: String,
    pub state: Badge,
}

/// What a staged price sheet would change. While rows are still read there is a progress and no buttons.
#[derive(Template)]
#[template(path = "operator/sheet_preview.html")]
pub struct SheetPreview {
    pub t: Frame,
    pub state: Badge,
    pub facts: Vec<Fact>,
    pub progress: Option<Progress>,
    pub figures: Vec<Figure>,
    pub groups: Vec<SheetGroup>,
    /// What can be done about bad rows; empty where nothing can.
    pub bad_how: String,
    pub bad: Vec<BadRow>,
    /// "and 12 more"; empty when all are shown.
    pub bad_more: String,
    pub buttons: Vec<Button>,
}

pub struct Progress {
    pub done: u64,
    pub total: u64,
    pub text: String,
}

/// First rows of one kind of change; the heading is a message id.
pub struct SheetGroup {
    pub heading: &'static str,
    pub rows: Vec<PriceChange>,
    pub more: String,
}

pub struct PriceChange {
    pub product: String,
    pub detail: String,
    pub market: String,
    pub before: String,
    pub after: String,
    pub valid: String,
}

pub struct BadRow {
    pub line: String,
    pub column: String,
    pub reason: String,
}

/// Installation media with their upload.
#[derive(Template)]
#[template(path = "operator/media.html")]
pub struct MediaList {
    pub t: Frame,
    pub upload: Form,
    pub list: List,
    pub rows: Vec<MediaRow>,
    pub empty: Empty,
}

pub struct MediaRow {
    pub product: String,
    pub file: String,
    pub version: String,
    pub language: String,
    pub bit: String,
    pub kind: String,
    pub size: String,
    pub sha256: String,
    pub support_end: String,
    pub state: Badge,
    pub withdraw: Option<Button>,
}

/// Partners of the operator.
#[derive(Template)]
#[template(path = "operator/partners.html")]
pub struct Partners {
    pub t: Frame,
    /// None for people who may not create partners.
    pub create: Option<Link>,
    pub list: List,
    pub rows: Vec<PartnerRow>,
    pub empty: Empty,
}

pub struct PartnerRow {
    pub name: String,
    pub href: String,
    pub country: String,
    pub mpn_id: String,
    pub customers: String,
    pub credit_limit: String,
    pub credit_left: String,
    pub state: Badge,
}

/// One partner: facts, credit limit, staff, suspension.
#[derive(Template)]
#[template(path = "operator/partner.html")]
pub struct PartnerPage {
    pub t: Frame,
    pub state: Badge,
    pub facts: Vec<Fact>,
    pub credit: Form,
    pub staff: Vec<PersonRow>,
    /// None for people who may only look.
    pub invite: Option<Form>,
    pub suspend: Form,
}

/// Cancellation policies: the default one and those of products.
#[derive(Template)]
#[template(path = "operator/policies.html")]
pub struct Policies {
    pub t: Frame,
    pub default: Form,
    pub rows: Vec<PolicyRow>,
    pub add: Form,
}

pub struct PolicyRow {
    pub product: String,
    pub window: String,
    pub credit: String,
    pub activations: String,
    pub downgrade: String,
    pub remove: Button,
}

/// Activation rules of products.
#[derive(Template)]
#[template(path = "operator/rules.html")]
pub struct ActivationRules {
    pub t: Frame,
    pub rows: Vec<RuleRow>,
    /// None for people who may only look.
    pub edit: Option<Form>,
}

pub struct RuleRow {
    pub id: String,
    pub product: String,
    pub refresh: String,
    pub returns: String,
    pub top_up: String,
    pub typed: String,
    pub leak: String,
    pub edit: Button,
    /// Shows the secret for typed codes, where there are any and the viewer may.
    pub secret: Option<Button>,
}

/// What was activated lately, and keys that may have become public.
#[derive(Template)]
#[template(path = "operator/activations.html")]
pub struct Activations {
    pub t: Frame,
    pub alarms: Vec<AlarmRow>,
    pub chart: Chart,
    pub products: Vec<ProductActivations>,
}

pub struct AlarmRow {
    pub product: String,
    pub order: String,
    pub href: String,
    pub seen: String,
}

pub struct ProductActivations {
    pub product: String,
    pub version: String,
    pub count: String,
}

/// Dated tax rates.
#[derive(Template)]
#[template(path = "operator/tax_rates.html")]
pub struct TaxRates {
    pub t: Frame,
    pub rows: Vec<TaxRow>,
    pub add: Form,
}

pub struct TaxRow {
    pub country: String,
    pub class: String,
    pub rate: String,
    pub from: String,
    pub until: String,
}

/// Events and mails that could not be delivered.
#[derive(Template)]
#[template(path = "operator/outbox.html")]
pub struct Outbox {
    pub t: Frame,
    pub list: List,
    pub rows: Vec<DeadLetter>,
    pub empty: Empty,
}

pub struct DeadLetter {
    pub id: String,
    pub event: String,
    pub to: String,
    pub since: String,
    pub attempts: String,
    pub error: String,
    pub retry: Button,
}
