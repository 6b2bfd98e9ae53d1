//! What a person wants to be told by mail: everything, until they say otherwise. Invitations, new passwords and changes
//! of rights always come.

use perpetua_domain::access::TenantKind;
use perpetua_domain::id::PersonId;
use perpetua_store::mail::{self as rows, ChoiceRow};
use perpetua_store::{Conn, Id, StoreError};

use crate::caller::Caller;
use crate::context::App;
use crate::problem::Problem;

perpetua_domain::text_enum! {
    /// What mails are about, as people choose among them.
    pub enum Topic {
        /// Orders that were placed.
        Orders = "orders",
        /// Purchases that were cancelled.
        Cancellations = "cancellations",
        /// Requests that one made or works on.
        Requests = "requests",
        /// Windows that close and terms that end.
        Reminders = "reminders",
        /// Every new request to those who answer.
        Queue = "queue",
    }
}

impl Topic {
    /// Whether people of this kind of organization ever get such mails.
    pub const fn reaches(self, kind: TenantKind) -> bool {
        match self {
            Self::Orders | Self::Cancellations | Self::Reminders => !matches!(kind, TenantKind::Operator),
            Self::Queue => !matches!(kind, TenantKind::Customer),
            Self::Requests => true,
        }
    }
}

/// One topic and what the person chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// The topic.
    pub topic: Topic,
    /// Whether its mails are wanted.
    pub wanted: bool,
}

/// The caller's choices, of the topics that reach people of their organization.
///
/// # Errors
///
/// The store's.
pub async fn mine(app: &App, caller: &Caller) -> Result<Vec<Choice>, Problem> {
    let (person, kind) = (caller.person, caller.kind);
    let chosen = app.store.read(move |conn| Ok::<_, Problem>(rows::choices_of(conn, person)?)).await?;
    let wanted = |topic: Topic| {
        let row = chosen.iter().find(|row| row.topic == topic.as_text());
        row.is_none_or(|row| row.wanted)
    };
    let topics = Topic::ALL.iter().copied().filter(|topic| topic.reaches(kind));
    Ok(topics.map(|topic| Choice { topic, wanted: wanted(topic) }).collect())
}

/// Keeps what the caller chose: these topics are wanted, and all others that reach people of their organization are
/// not. It is the person's own affair, so nobody else sees it and no record is made.
///
/// # Errors
///
/// The store's.
pub async fn choose(app: &App, caller: &Caller, wanted: &[Topic]) -> Result<(), Problem> {
    let input = (app.stamp(caller), wanted.to_vec());
    app.store
        .write(input, |conn, (stamp, wanted)| {
            let person = stamp.caller.person;
            // Who acts for two organizations keeps what they chose for the other.
            let before = rows::choices_of(conn, person)?;
            let elsewhere =
                |row: &ChoiceRow| Topic::parse(&row.topic).is_some_and(|topic| !topic.reaches(stamp.caller.kind));
            let mut chosen: Vec<ChoiceRow> = before.into_iter().filter(elsewhere).collect();
            let here = Topic::ALL.iter().copied().filter(|topic| topic.reaches(stamp.caller.kind));
            chosen.extend(here.map(|topic| ChoiceRow {
                person_id: Id(person),
                topic: topic.as_text().to_owned(),
                wanted: wanted.contains(&topic),
                changed_at: stamp.now.into(),
            }));
            Ok(rows::choose(conn, person, &chosen)?)
        })
        .await
}

/// Those of these people who want mails of a topic.
pub(super) fn wanting(
    conn: &mut Conn,
    people: Vec<PersonId>,
    topic: Option<Topic>,
) -> Result<Vec<PersonId>, StoreError> {
    let Some(topic) = topic.filter(|_| !people.is_empty()) else { return Ok(people) };
    let chosen = rows::choices(conn, &people, topic.as_text())?;
    let wants = |person: &PersonId| chosen.iter().find(|(who, _)| who == person).is_none_or(|(_, wanted)| *wanted);
    Ok(people.into_iter().filter(wants).collect())
}
