//! May this software run here now? The answer from what the machine keeps, without network.

use perpetua_license::certificate::freshness::{Clock, Freshness, Overdue};
use perpetua_license::certificate::standing::{Installed, ListFacts, Standing};
use perpetua_license::certificate::{AfterGrace, Certificate};
use perpetua_license::chain::TrustError;
use perpetua_license::exchange::typed;
use perpetua_license::moment::Moment;
use perpetua_license::signing::PublicKey;
use serde_json::{Value, json};

use crate::software::Software;
use crate::state::{State, Typed};
use crate::time::rfc3339;

/// How much the software may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// Everything that was bought.
    Full,
    /// Everything, and it reminds.
    Reminded,
    /// Less, as the publisher decided for expired certificates.
    Reduced,
    /// Nothing.
    Stopped,
}

impl Allowed {
    /// The word in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Reminded => "remind",
            Self::Reduced => "reduce",
            Self::Stopped => "stop",
        }
    }

    /// The exit code of the command line and the number in the C interface.
    pub const fn number(self) -> u8 {
        match self {
            Self::Full => 0,
            Self::Reminded => 10,
            Self::Reduced => 11,
            Self::Stopped => 12,
        }
    }
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The state in a word: those of the license format (`fresh`, `grace`, `expired`, `term_over`, `not_yet_valid`,
    /// `revoked`, `other_machine`, `other_product`, `version_not_covered`), and `typed`, `not_activated`, `untrusted`.
    pub state: &'static str,
    /// What the software may do.
    pub allowed: Allowed,
    /// When this changes or changed: refresh due, end of the grace or of the code, end of what was good.
    pub at: Option<Moment>,
    /// What is overdue in grace and after it.
    pub overdue: Option<Overdue>,
    /// Why the activation ended, as the code of an answer.
    pub ended: Option<String>,
    /// How far the clock stands behind the latest moment seen, in seconds, when that is more than a day.
    pub set_back_seconds: Option<u32>,
    /// The certificate, when there is a trusted one.
    pub certificate: Option<Certificate>,
    /// When the newest revocation list here was made.
    pub list_issued_at: Option<Moment>,
}

impl Report {
    /// Whether the machine ever got something that could have been good.
    pub fn is_activated(&self) -> bool {
        self.state != "not_activated"
    }

    /// For programs. Holds no product key.
    pub fn to_json(&self) -> Value {
        let certificate = self.certificate.as_ref().map(|certificate| {
            json!({
                "activation": hex(&certificate.activation.0),
                "product": certificate.product,
                "edition": certificate.edition,
                "quantity": certificate.quantity,
                "issuedAt": rfc3339(certificate.issued_at),
                "refreshAt": rfc3339(certificate.refresh_at),
                "graceUntil": rfc3339(certificate.grace_until),
                "termEndsAt": Some(certificate.term_ends_at).filter(|at| *at != Moment::ZERO).map(rfc3339),
                "afterGrace": certificate.after_grace.code(),
                "listMaxDays": certificate.list_max_days,
            })
        });
        json!({
            "state": self.state,
            "allowed": self.allowed.code(),
            "at": self.at.map(rfc3339),
            "overdue": self.overdue.map(overdue_code),
            "ended": self.ended,
            "clockSetBackSeconds": self.set_back_seconds,
            "listIssuedAt": self.list_issued_at.map(rfc3339),
            "certificate": certificate,
        })
    }

    fn plain(state: &'static str, allowed: Allowed) -> Self {
        Self {
            state,
            allowed,
            at: None,
            overdue: None,
            ended: None,
            set_back_seconds: None,
            certificate: None,
            list_issued_at: None,
        }
    }
}

const fn overdue_code(overdue: Overdue) -> &'static str {
    match overdue {
        Overdue::Certificate => "certificate",
        Overdue::List => "list",
    }
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

/// Decides from the state.
pub fn report(software: &Software, machine_key: Option<PublicKey>, state: &State, now: Moment) -> Report {
    let clock = Clock { now, latest_seen: state.latest_seen };
    let trust = state.trust(software);
    let list = state.list(&trust);
    let mut report = match (&state.certificate, machine_key) {
        (Some((signed, _)), Some(machine_key)) => match signed.verify(&trust) {
            Ok(certificate) => {
                let revoked = state.ended.is_some();
                // Why it was revoked stands in the state since the list was read; only its date still matters.
                let list = list.map(|head| ListFacts { issued_at: head.issued_at, revoked: None });
                let installed = Installed { machine_key, product: &software.product, version: software.version };
                let standing = certificate.standing(&installed, &clock, list.as_ref());
                let mut report = if revoked { Report::plain("revoked", Allowed::Stopped) } else { of(standing) };
                report.certificate = Some(certificate.clone());
                report
            }
            Err(error) => untrusted(error),
        },
        _ => match &state.typed {
            Some(typed) => of_typed(software, typed, clock.effective()),
            None => Report::plain("not_activated", Allowed::Stopped),
        },
    };
    if state.ended.is_some() {
        report.ended.clone_from(&state.ended);
    }
    report.set_back_seconds = clock.set_back_seconds();
    report.list_issued_at = list.map(|head| head.issued_at);
    report
}

fn of(standing: Standing) -> Report {
    let plain = Report::plain(standing.code(), Allowed::Stopped);
    let Standing::Valid(freshness) = standing else { return plain };
    match freshness {
        Freshness::Fresh { refresh_at } => Report { allowed: Allowed::Full, at: Some(refresh_at), ..plain },
        Freshness::Grace { until, overdue } => {
            Report { allowed: Allowed::Full, at: Some(until), overdue: Some(overdue), ..plain }
        }
        Freshness::Expired { since, overdue, then } => {
            let allowed = match then {
                AfterGrace::Remind => Allowed::Reminded,
                AfterGrace::Reduce => Allowed::Reduced,
                AfterGrace::Stop => Allowed::Stopped,
            };
            Report { allowed, at: Some(since), overdue: Some(overdue), ..plain }
        }
        Freshness::TermOver { since } => Report { at: Some(since), ..plain },
        Freshness::NotYetValid { issued_at } => Report { at: Some(issued_at), ..plain },
    }
}

/// Nothing signed by a compromised key is believed, so such a machine refreshes.
fn untrusted(error: TrustError) -> Report {
    Report { ended: Some(crate::Error::from(error).code().to_owned()), ..Report::plain("untrusted", Allowed::Stopped) }
}

fn of_typed(software: &Software, typed: &Typed, now: Moment) -> Report {
    let (Some(secret), Some(code)) = (&software.typed_secret, &typed.code) else {
        return Report::plain("not_activated", Allowed::Stopped);
    };
    match typed::accept(code, &typed.request, &typed.key.as_typed(), &software.product, secret, now) {
        Ok(grant) => Report { at: Some(grant.until), ..Report::plain("typed", Allowed::Full) },
        Err(typed::TypedError::Expired { since }) => {
            Report { at: Some(since), ..Report::plain("expired", Allowed::Stopped) }
        }
        Err(_) => Report::plain("not_yet_valid", Allowed::Stopped),
    }
}
