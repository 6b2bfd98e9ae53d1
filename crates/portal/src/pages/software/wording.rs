//! Words for states, windows and files, in the reader's language.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use perpetua_app::links::LinkState;
use perpetua_app::software::{PurchaseFacts, PurchaseState, Window};
use perpetua_domain::media::Bit;
use perpetua_i18n::{Args, Lang, exists, format, text, text_with};

use crate::views::frame::Tone;
use crate::views::parts::Badge;

pub fn state(lang: Lang, state: PurchaseState) -> Badge {
    let (tone, id) = match state {
        PurchaseState::Active => (Tone::Good, "purchase-state-active"),
        PurchaseState::PartlyCancelled => (Tone::Warn, "purchase-state-partly-cancelled"),
        PurchaseState::Ended => (Tone::Plain, "purchase-state-ended"),
        PurchaseState::Cancelled => (Tone::Bad, "purchase-state-cancelled"),
    };
    Badge::new(tone, text(lang, id))
}

/// What an answer to a machine says to people, by its stable code.
pub fn activation(lang: Lang, code: &str) -> String {
    text(lang, &format!("activation-{code}")).into_owned()
}

/// "12 days left", or since when it is closed.
pub fn window(lang: Lang, facts: &PurchaseFacts) -> String {
    match facts.window {
        Window::Open { days_left: 0, .. } => text(lang, "window-last-day").into_owned(),
        Window::Open { days_left, .. } => text_with(lang, "window-days-left", &Args::new().num("days", days_left)),
        Window::Closed { .. } if facts.is_cancelled() => text(lang, "window-cancelled").into_owned(),
        Window::Closed { last_day } => dated(lang, "window-closed", last_day),
    }
}

/// The same with the last day.
pub fn window_until(lang: Lang, facts: &PurchaseFacts) -> String {
    match facts.window {
        Window::Open { last_day, .. } => {
            format!("{}, {}", window(lang, facts), dated(lang, "window-until", last_day))
        }
        Window::Closed { .. } => window(lang, facts),
    }
}

fn dated(lang: Lang, id: &str, day: jiff::civil::Date) -> String {
    text_with(lang, id, &Args::new().set("date", format::date(lang, day)))
}

/// Units that count, and units bought where that differs.
pub fn quantity(lang: Lang, facts: &PurchaseFacts) -> String {
    let left = format::number(lang, facts.left);
    if facts.left == facts.bought {
        return left;
    }
    text_with(lang, "quantity-left", &Args::new().set("left", left).set("bought", format::number(lang, facts.bought)))
}

/// "1 of 6 activations used".
pub fn activations(lang: Lang, used: i64, limit: i64) -> String {
    let args = Args::new().set("used", format::number(lang, used)).num("limit", limit);
    text_with(lang, "activations-used", &args)
}

/// A media language by its own name where we know it, otherwise its tag.
pub fn language(lang: Lang, tag: &str) -> String {
    let primary = tag.split('-').next().unwrap_or(tag);
    let id = format!("media-language-{primary}");
    if !exists(lang, &id) {
        return tag.to_owned();
    }
    let name = text(lang, &id);
    if tag.contains('-') { format!("{name} ({tag})") } else { name.into_owned() }
}

pub const fn bit(bit: Bit) -> &'static str {
    bit.label()
}

pub fn link_state(lang: Lang, state: LinkState) -> Badge {
    let (tone, id) = match state {
        LinkState::Active => (Tone::Good, "link-state-active"),
        LinkState::Expired => (Tone::Plain, "link-state-expired"),
        LinkState::UsedUp => (Tone::Plain, "link-state-used-up"),
        LinkState::Revoked => (Tone::Bad, "link-state-revoked"),
        LinkState::Locked => (Tone::Bad, "link-state-locked"),
        LinkState::Dead => (Tone::Bad, "link-state-dead"),
    };
    Badge::new(tone, text(lang, id))
}

/// What a use of a link came to.
pub fn link_outcome(lang: Lang, outcome: &str) -> String {
    let id = format!("link-outcome-{}", outcome.replace('_', "-"));
    if exists(lang, &id) { text(lang, &id).into_owned() } else { outcome.to_owned() }
}

/// An instant in a zone.
pub fn at(lang: Lang, at: Timestamp, zone: &TimeZone) -> String {
    format::date_time(lang, at, zone)
}
