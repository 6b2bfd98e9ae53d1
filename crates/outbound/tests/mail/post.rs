//! A partner with a customer, a receiver for their mail, and the worker that sends it.

use std::path::PathBuf;
use std::sync::Arc;

use diesel::prelude::*;
use jiff::SignedDuration;
use mail_parser::MessageParser;
use perpetua_app::mail::Mailer;
use perpetua_app::orders::PlacedOrder;
use perpetua_app::outbox::{self, OutboxRow};
use perpetua_app::{App, Caller, people};
use perpetua_domain::access::Role;
use perpetua_domain::catalog::CatalogItemId;
use perpetua_domain::id::TenantId;
use perpetua_domain::term::Term;
use perpetua_outbound::mail::{EventDelivery, Protection, SmtpMailer, SmtpOptions};
use perpetua_store::schema::{outbox as outbox_table, person, role_grant};
use perpetua_store::{Id, StoreError, Utc};
use perpetua_test_support::smtp::{Received, SmtpReceiver, Speaks};
use perpetua_test_support::{Goods, TestApp};

/// A mail as its reader sees it.
#[derive(Debug, Clone)]
pub struct Read {
    pub to: Vec<String>,
    pub from: String,
    pub id: String,
    pub subject: String,
    pub auto_submitted: String,
    pub text: String,
    pub html: String,
    pub raw: String,
}

pub fn read(received: &Received) -> Read {
    let parsed = MessageParser::default().parse(&received.data).unwrap();
    let raw = String::from_utf8(received.data.clone()).unwrap();
    let header = |name: &str| {
        let line = raw.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.unwrap_or_default().trim().to_owned()
    };
    Read {
        to: received.to.clone(),
        from: received.from.clone(),
        id: parsed.message_id().unwrap().to_owned(),
        subject: parsed.subject().unwrap().to_owned(),
        auto_submitted: header("Auto-Submitted"),
        text: parsed.body_text(0).unwrap().into_owned(),
        html: parsed.body_html(0).unwrap().into_owned(),
        raw,
    }
}

pub fn options(receiver: &SmtpReceiver, protection: Protection) -> SmtpOptions {
    SmtpOptions {
        host: "localhost".to_owned(),
        port: receiver.port(),
        protection,
        user: String::new(),
        password: String::new(),
        from: "Acme Systems <desk@desk.example>".to_owned(),
        authority: PathBuf::new(),
    }
}

pub struct Post {
    pub test: Arc<TestApp>,
    pub receiver: SmtpReceiver,
    pub delivery: EventDelivery,
    pub partner: TenantId,
    pub customer: TenantId,
    /// The partner's admin agent.
    pub agent: Caller,
    /// The customer's global administrator.
    pub owner: Caller,
    item: CatalogItemId,
    year: CatalogItemId,
}

impl Post {
    pub async fn open(test: Arc<TestApp>) -> Self {
        Self::open_for(test, "Northlake").await
    }

    pub async fn open_for(test: Arc<TestApp>, customer: &str) -> Self {
        let receiver = SmtpReceiver::start(Speaks::Plain).await;
        let mailer: Arc<dyn Mailer> = Arc::new(SmtpMailer::new(&options(&receiver, Protection::Plain)).unwrap());
        let delivery = EventDelivery::new(test.app.clone(), Some(mailer)).unwrap();
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, customer).await;
        test.agree(partner, customer).await;
        let agent = test.caller(partner, &[Role::AdminAgent]).await;
        let owner = test.caller(customer, &[Role::GlobalAdmin]).await;
        let item = test.sell(Goods::default()).await;
        let year = Goods { product: "HARBORYEARLY", title: "Harbor Yearly", term: Term::OneYear, ..Goods::default() };
        let year = test.sell(year).await;
        Self { test, receiver, delivery, partner, customer, agent, owner, item, year }
    }

    pub fn app(&self) -> &App {
        &self.test.app
    }

    pub async fn order(&self, quantity: i64) -> PlacedOrder {
        self.test.order(&self.agent, self.customer, &[(self.item, quantity)]).await
    }

    pub async fn subscribe(&self, quantity: i64) -> PlacedOrder {
        self.test.order(&self.agent, self.customer, &[(self.year, quantity)]).await
    }

    /// What came in, in the order of arrival.
    pub fn mails(&self) -> Vec<Read> {
        self.receiver.received().iter().map(read).collect()
    }

    /// Delivers until nothing is due: events become mails, mails go out.
    pub async fn deliver(&self) {
        let worker = uuid::Uuid::from_u128(1);
        while outbox::deliver_due(self.app(), &self.delivery, worker).await.unwrap() > 0 {}
    }

    /// Makes mails of the events that wait, and sends none.
    pub async fn spread(&self) {
        let worker = uuid::Uuid::from_u128(2);
        assert!(outbox::deliver_due(self.app(), &self.delivery, worker).await.unwrap() > 0);
    }

    /// Rows of the outbox of one kind.
    pub async fn rows(&self, kind: &'static str) -> Vec<OutboxRow> {
        let read: Result<Vec<OutboxRow>, StoreError> = self
            .app()
            .store
            .read(move |conn| {
                let rows = outbox_table::table.filter(outbox_table::kind.eq(kind)).order(outbox_table::id);
                Ok(rows.select(OutboxRow::as_select()).load(conn)?)
            })
            .await;
        read.unwrap()
    }

    /// Those of them that wait to be delivered.
    pub async fn waiting(&self, kind: &'static str) -> Vec<OutboxRow> {
        self.rows(kind).await.into_iter().filter(|row| row.done_at.is_none() && row.dead_at.is_none()).collect()
    }

    /// Asks for a new password.
    pub async fn forgot(&self, caller: &Caller) {
        people::request_reset(self.app(), &caller.origin, &caller.email).await.unwrap();
    }

    pub async fn speak_czech(&self, caller: &Caller) {
        let written: Result<(), StoreError> = self
            .app()
            .store
            .write(caller.person, |conn, id| {
                let row = person::table.filter(person::id.eq(Id(*id)));
                diesel::update(row).set(person::language.eq("cs")).execute(conn)?;
                Ok(())
            })
            .await;
        written.unwrap();
    }

    /// All roles of a person are taken.
    pub async fn leave(&self, caller: &Caller) {
        let at: Utc = (self.app().real_clock.now() - SignedDuration::from_secs(1)).into();
        let written: Result<(), StoreError> = self
            .app()
            .store
            .write(caller.person, move |conn, id| {
                let rows = role_grant::table.filter(role_grant::person_id.eq(Id(*id)));
                diesel::update(rows).set(role_grant::removed_at.eq(Some(at))).execute(conn)?;
                Ok(())
            })
            .await;
        written.unwrap();
    }
}
