//! A partner with one customer who may buy one thing.

use std::sync::Arc;

use perpetua_app::carts::{self, AddItem, CartView};
use perpetua_app::entropy::EntropyExt as _;
use perpetua_app::orders::{self, PlaceOrder, PlaceSource, PlacedOrder};
use perpetua_app::{App, Caller, Problem};
use perpetua_domain::access::Role;
use perpetua_domain::catalog::CatalogItemId;
use perpetua_domain::id::{CartId, TenantId};
use perpetua_test_support::{Goods, TestApp};

pub(crate) struct Shop {
    pub(crate) test: Arc<TestApp>,
    pub(crate) partner: TenantId,
    pub(crate) customer: TenantId,
    pub(crate) agent: Caller,
    pub(crate) item: CatalogItemId,
}

impl Shop {
    /// The customer has accepted the agreement.
    pub(crate) async fn open(test: Arc<TestApp>) -> Self {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        test.agree(partner, customer).await;
        let agent = test.caller(partner, &[Role::SalesAgent]).await;
        let item = test.sell(Goods::default()).await;
        Self { test, partner, customer, agent, item }
    }

    pub(crate) fn app(&self) -> &App {
        &self.test.app
    }

    /// A cart with this many units.
    pub(crate) async fn cart(&self, quantity: i64) -> CartId {
        let item = self.item.to_string();
        let command = AddItem { customer: self.customer, cart: None, item, quantity };
        carts::add(self.app(), &self.agent, command).await.unwrap().id
    }

    pub(crate) async fn review(&self, cart: CartId) -> CartView {
        carts::load(self.app(), &self.agent, cart).await.unwrap()
    }

    /// What the form of the review page sends.
    pub(crate) fn form(&self, view: &CartView) -> PlaceOrder {
        let source = PlaceSource::Cart { cart: view.id, reviewed: view.reviewed.clone() };
        PlaceOrder { request_key: self.app().entropy.bytes(), customer: self.customer, source, po_number: None }
    }

    pub(crate) async fn place(&self, command: PlaceOrder) -> Result<PlacedOrder, Problem> {
        orders::place(self.app(), &self.agent, command).await
    }

    /// Refuses with this code and leaves every table as it was, but for the record of the attempt.
    pub(crate) async fn refuses(&self, command: PlaceOrder, code: &str) {
        self.refuses_for(&self.agent, command, code).await;
    }

    pub(crate) async fn refuses_for(&self, caller: &Caller, command: PlaceOrder, code: &str) {
        let before = self.test.counts().await;
        let problem = orders::place(self.app(), caller, command).await.unwrap_err();
        assert_eq!(problem.code, code, "{problem:?}");
        let mut after = self.test.counts().await;
        if let Some((records, _)) = after.get_mut("audit_record") {
            // The attempt itself is recorded (I5).
            *records -= 1;
        }
        assert_eq!(after, before, "{code}");
    }
}
