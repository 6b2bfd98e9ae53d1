//! A partner with one customer that bought software for a year and software for ever.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use perpetua_app::entropy::EntropyExt as _;
use perpetua_app::subscriptions::{self, ChangeSubscription, ListSubscriptions, Patch, SubscriptionView};
use perpetua_app::{App, Caller, Problem};
use perpetua_domain::access::Role;
use perpetua_domain::catalog::CatalogItemId;
use perpetua_domain::id::{SubscriptionId, TenantId};
use perpetua_domain::subscription::SubscriptionState;
use perpetua_domain::term::Term;
use perpetua_test_support::{Goods, TestApp};

pub struct Shop {
    pub test: Arc<TestApp>,
    pub partner: TenantId,
    pub customer: TenantId,
    pub agent: Caller,
    pub year: CatalogItemId,
    pub forever: CatalogItemId,
}

impl Shop {
    pub async fn open(test: Arc<TestApp>) -> Self {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        test.agree(partner, customer).await;
        let agent = test.caller(partner, &[Role::AdminAgent]).await;
        let year = Goods { product: "HARBORYEARLY", title: "Harbor Yearly", term: Term::OneYear, ..Goods::default() };
        let year = test.sell(year).await;
        let forever = test.sell(Goods::default()).await;
        Self { test, partner, customer, agent, year, forever }
    }

    pub fn app(&self) -> &App {
        &self.test.app
    }

    /// Buys units for a year; answers with the subscription.
    pub async fn subscribe(&self, quantity: i64) -> SubscriptionView {
        let order = self.test.order(&self.agent, self.customer, &[(self.year, quantity)]).await;
        let wanted = ListSubscriptions { customer: self.customer, order: Some(order.id) };
        subscriptions::list(self.app(), &self.agent, wanted).await.unwrap().remove(0)
    }

    pub fn command(&self, id: SubscriptionId, patch: Patch) -> ChangeSubscription {
        ChangeSubscription {
            customer: self.customer,
            subscription: id,
            expected_version: None,
            request_key: self.app().entropy.bytes(),
            patch,
        }
    }

    pub async fn change(&self, id: SubscriptionId, patch: Patch) -> Result<SubscriptionView, Problem> {
        subscriptions::change(self.app(), &self.agent, self.command(id, patch)).await
    }

    pub async fn get(&self, id: SubscriptionId) -> SubscriptionView {
        subscriptions::get(self.app(), &self.agent, self.customer, id).await.unwrap()
    }

    /// Moves both clocks.
    pub fn pass(&self, days: i64) {
        self.test.clock.advance(SignedDuration::from_hours(24 * days));
        self.test.real_clock.advance(SignedDuration::from_hours(24 * days));
    }

    /// The agent after giving the password again.
    pub fn fresh(&self, caller: &Caller) -> Caller {
        Caller { proved_at: self.app().real_clock.now(), ..caller.clone() }
    }

    pub async fn count(&self, table_and_condition: &str) -> i64 {
        let sql = format!("SELECT CAST(COUNT(*) AS BIGINT) AS number FROM {table_and_condition}");
        self.test.number(&sql).await
    }
}

pub fn to(state: SubscriptionState) -> Patch {
    Patch { state: Some(state), ..Patch::default() }
}

pub fn name(name: &str) -> Patch {
    Patch { friendly_name: Some(name.to_owned()), ..Patch::default() }
}

pub fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}
