//! **The rule for changing a service request** (contract 50): its conversation, its end, and reopening it.
//!
//! Whoever asked closes it and may open it again within fourteen days; a note from their side opens what waited
//! for them. What was settled by money or refused stays closed. A refund request that its own side closes is
//! withdrawn; the side that answers it decides instead of closing, so that it ends in exactly one of credited, refused
//! and withdrawn (M39). Nothing here loads or stores.

use std::ops::RangeInclusive;

use jiff::{SignedDuration, Timestamp};

use crate::request::{ProblemType, RequestOutcome, RequestState};

/// How long after its end a request may be opened again.
pub const REOPEN_WITHIN: SignedDuration = SignedDuration::from_hours(14 * 24);
/// For how many days after its end a request may be set to keep personal data: longer than it may be opened again.
pub const PERSONAL_DAYS: RangeInclusive<u16> = 30..=3_650;

/// Before which instant a request must have ended so that its personal data is removed at `now`, when it is kept for
/// `days` days.
pub fn personal_data_ends(now: Timestamp, days: u16) -> Timestamp {
    now.saturating_sub(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MIN)
}

/// The longest title of a service request, in characters.
pub const TITLE_CHARS_MAX: usize = 256;

/// The longest description or note, in characters.
pub const TEXT_CHARS_MAX: usize = 10_000;

/// Notes that people may write on one request. With their longest texts that is what a page can still show.
pub const NOTES_MAX: i64 = 500;

impl ProblemType {
    /// The support topic's number on the wire, which some clients read as an integer.
    pub const fn topic(self) -> u32 {
        match self {
            Self::KeyNotWorking => 3_001,
            Self::ActivationLimit => 3_002,
            Self::Media => 3_003,
            Self::Refund => 3_004,
            Self::Deployment => 3_005,
            Self::Other => 3_006,
        }
    }

    /// The type with this topic number.
    pub fn of_topic(topic: u32) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.topic() == topic)
    }
}

/// A request as it is stored.
#[derive(Debug, Clone, Copy)]
pub struct RequestFacts {
    /// What it is about.
    pub kind: ProblemType,
    /// Where it stands.
    pub state: RequestState,
    /// How it ended.
    pub outcome: Option<RequestOutcome>,
    /// When it ended.
    pub closed_at: Option<Timestamp>,
    /// Notes that stand on it.
    pub notes: i64,
}

/// What somebody wants of it; `None` and an empty note leave things as they are.
#[derive(Debug, Clone, Copy, Default)]
pub struct WantedRequest {
    /// Whether a note comes with it.
    pub has_note: bool,
    /// Its state.
    pub state: Option<RequestState>,
    /// Another impact, title or description.
    pub edits: bool,
    /// Whether the side that answers asks for the change: the operator, or the partner whom its customer asked.
    pub by_desk: bool,
}

/// State, outcome and end after a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangedRequest {
    /// Where it stands.
    pub state: RequestState,
    /// How it ended.
    pub outcome: Option<RequestOutcome>,
    /// When it ended.
    pub closed_at: Option<Timestamp>,
}

/// Why a request is not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestRefusal {
    /// It is closed; open it first.
    Closed,
    /// It was credited, refused or withdrawn for good.
    Settled,
    /// A decision ended it, so that it can no longer be withdrawn.
    Decided {
        /// Credited or refused.
        outcome: RequestOutcome,
    },
    /// It ended too long ago.
    ReopenTooLate {
        /// Until when it could be opened again.
        until: Timestamp,
    },
    /// Only the side that answers asks for attention.
    StateNotAllowed,
    /// A refund request is credited, refused or withdrawn, never just closed.
    NeedsDecision,
    /// No further note fits; another request goes on with it.
    TooManyNotes,
}

/// Decides what a change of a request does.
///
/// # Errors
///
/// The first [`RequestRefusal`] that applies; nothing may change then.
pub fn decide(facts: &RequestFacts, wanted: &WantedRequest, now: Timestamp) -> Result<ChangedRequest, RequestRefusal> {
    use RequestState::{AttentionNeeded, Closed, Open};
    let same = ChangedRequest { state: facts.state, outcome: facts.outcome, closed_at: facts.closed_at };
    let next = match (facts.state, wanted.state.unwrap_or(facts.state)) {
        // Who closes what a decision ended must hear of the decision; what was withdrawn or answered is as they want it.
        (Closed, Closed) => match facts.outcome.filter(|_| wanted.state.is_some()) {
            Some(outcome) if outcome != RequestOutcome::Withdrawn => return Err(RequestRefusal::Decided { outcome }),
            _ => same,
        },
        (Closed, _) => reopened(facts, now)?,
        (_, Closed) => {
            let is_refund = facts.kind == ProblemType::Refund;
            if is_refund && wanted.by_desk {
                return Err(RequestRefusal::NeedsDecision);
            }
            let outcome = is_refund.then_some(RequestOutcome::Withdrawn);
            ChangedRequest { state: Closed, outcome, closed_at: Some(now) }
        }
        (Open, AttentionNeeded) if !wanted.by_desk => return Err(RequestRefusal::StateNotAllowed),
        // The answer to a question puts the request back to the one who asked it.
        (AttentionNeeded, AttentionNeeded) if wanted.has_note && !wanted.by_desk => {
            ChangedRequest { state: Open, ..same }
        }
        (_, state) => ChangedRequest { state, ..same },
    };
    let stays_closed = facts.state == Closed && next.state == Closed;
    if stays_closed && (wanted.has_note || wanted.edits) {
        return Err(RequestRefusal::Closed);
    }
    if wanted.has_note && facts.notes >= NOTES_MAX { Err(RequestRefusal::TooManyNotes) } else { Ok(next) }
}

fn reopened(facts: &RequestFacts, now: Timestamp) -> Result<ChangedRequest, RequestRefusal> {
    if facts.outcome.is_some() {
        return Err(RequestRefusal::Settled);
    }
    let closed_at = facts.closed_at.unwrap_or(now);
    let until = closed_at.checked_add(REOPEN_WITHIN).unwrap_or(Timestamp::MAX);
    if now >= until {
        return Err(RequestRefusal::ReopenTooLate { until });
    }
    Ok(ChangedRequest { state: RequestState::Open, outcome: None, closed_at: None })
}

#[cfg(test)]
mod tests {
    use super::RequestRefusal as No;
    use super::RequestState::{AttentionNeeded, Closed, Open};
    use super::*;
    use crate::testing::instant;

    const ENDED: &str = "2026-03-01T12:00:00Z";

    fn facts(state: RequestState) -> RequestFacts {
        let closed_at = (state == Closed).then(|| instant(ENDED));
        RequestFacts { kind: ProblemType::KeyNotWorking, state, outcome: None, closed_at, notes: 0 }
    }

    fn state(facts: RequestFacts, wanted: WantedRequest, now: &str) -> Result<RequestState, No> {
        decide(&facts, &wanted, instant(now)).map(|changed| changed.state)
    }

    #[test]
    fn personal_data_outlives_every_reopening() {
        for (days, ends) in
            [(30, "2026-01-30T12:00:00Z"), (365, "2025-03-01T12:00:00Z"), (3_650, "2016-03-03T12:00:00Z")]
        {
            assert_eq!(personal_data_ends(instant(ENDED), days), instant(ends), "{days}");
        }
        let shortest = personal_data_ends(instant(ENDED), *PERSONAL_DAYS.start());
        assert!(shortest.checked_add(REOPEN_WITHIN).is_ok_and(|reopened| reopened < instant(ENDED)));
    }

    #[test]
    fn every_change_of_state_is_allowed_or_has_its_reason() {
        let to = |state| WantedRequest { state: Some(state), ..WantedRequest::default() };
        let settled = RequestFacts { outcome: Some(RequestOutcome::Credited), ..facts(Closed) };
        let withdrawn = RequestFacts { outcome: Some(RequestOutcome::Withdrawn), ..facts(Closed) };
        let until = instant("2026-03-15T12:00:00Z");
        for (from, wanted, now, expected) in [
            (facts(Open), WantedRequest::default(), ENDED, Ok(Open)),
            (facts(Open), to(Closed), ENDED, Ok(Closed)),
            (facts(Open), to(AttentionNeeded), ENDED, Err(No::StateNotAllowed)),
            (facts(Open), WantedRequest { by_desk: true, ..to(AttentionNeeded) }, ENDED, Ok(AttentionNeeded)),
            (facts(AttentionNeeded), to(Open), ENDED, Ok(Open)),
            (facts(AttentionNeeded), to(AttentionNeeded), ENDED, Ok(AttentionNeeded)),
            (facts(Closed), to(Closed), ENDED, Ok(Closed)),
            (facts(Closed), to(Open), "2026-03-15T11:59:59Z", Ok(Open)),
            (facts(Closed), to(Open), "2026-03-15T12:00:00Z", Err(No::ReopenTooLate { until })),
            (settled, to(Open), ENDED, Err(No::Settled)),
            (settled, to(Closed), ENDED, Err(No::Decided { outcome: RequestOutcome::Credited })),
            (settled, WantedRequest::default(), ENDED, Ok(Closed)),
            (withdrawn, to(Closed), ENDED, Ok(Closed)),
        ] {
            assert_eq!(state(from, wanted, now), expected, "{:?} {wanted:?} {now}", from.state);
        }
    }

    #[test]
    fn a_note_answers_a_question_and_is_not_put_on_what_is_closed() {
        let note = WantedRequest { has_note: true, ..WantedRequest::default() };
        assert_eq!(state(facts(AttentionNeeded), note, ENDED), Ok(Open));
        let operator = WantedRequest { by_desk: true, ..note };
        assert_eq!(state(facts(AttentionNeeded), operator, ENDED), Ok(AttentionNeeded));
        assert_eq!(state(facts(Closed), note, ENDED), Err(No::Closed));
        assert_eq!(
            state(facts(Closed), WantedRequest { edits: true, ..WantedRequest::default() }, ENDED),
            Err(No::Closed)
        );
        let reopening = WantedRequest { state: Some(Open), ..note };
        assert_eq!(state(facts(Closed), reopening, ENDED), Ok(Open));
    }

    #[test]
    fn a_request_takes_a_bounded_number_of_notes_and_can_still_be_closed() {
        let note = WantedRequest { has_note: true, ..WantedRequest::default() };
        assert_eq!(state(RequestFacts { notes: NOTES_MAX - 1, ..facts(Open) }, note, ENDED), Ok(Open));
        let full = RequestFacts { notes: NOTES_MAX, ..facts(Open) };
        assert_eq!(state(full, note, ENDED), Err(No::TooManyNotes));
        let close = WantedRequest { state: Some(Closed), ..WantedRequest::default() };
        assert_eq!(state(full, close, ENDED), Ok(Closed));
    }

    #[test]
    fn a_refund_request_that_its_own_side_closes_is_withdrawn() {
        let close = WantedRequest { state: Some(Closed), ..WantedRequest::default() };
        let refund = RequestFacts { kind: ProblemType::Refund, ..facts(Open) };
        let ended = |facts, wanted| decide(&facts, &wanted, instant(ENDED)).unwrap();
        assert_eq!(ended(refund, close).outcome, Some(RequestOutcome::Withdrawn));
        assert_eq!(ended(facts(Open), close).outcome, None);
        assert_eq!(ended(facts(Open), close).closed_at, Some(instant(ENDED)));
        let by_desk = WantedRequest { by_desk: true, ..close };
        assert_eq!(decide(&refund, &by_desk, instant(ENDED)), Err(No::NeedsDecision));
        assert_eq!(ended(facts(Open), by_desk).outcome, None);
    }

    #[test]
    fn each_topic_has_a_number_of_its_own_that_leads_back() {
        for kind in ProblemType::ALL {
            assert_eq!(ProblemType::of_topic(kind.topic()), Some(*kind));
        }
        assert_eq!(ProblemType::of_topic(0), None);
    }
}
