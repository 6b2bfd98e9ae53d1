//! Something to sell, and who may buy it: price list, policy, tax rate, agreement, order.
//!
//! Rows are written as an import would leave them, so that a test of orders does not wait for one.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;
use perpetua_app::entropy::EntropyExt as _;
use perpetua_app::orders::{PlaceOrder, PlaceSource, PlacedOrder, WantedLine};
use perpetua_app::{Caller, orders};
use perpetua_domain::catalog::{
    AvailabilityFacts, AvailabilityId, CatalogItemId, OfferKind, ProductId, Segment, SkuId,
};
use perpetua_domain::country::Country;
use perpetua_domain::id::{AgreementId, OfferId, PolicyId, PriceSheetId, RowId, TaxRateId, TenantId};
use perpetua_domain::money::UnitPrice;
use perpetua_domain::policy::PolicyTerms;
use perpetua_domain::tax::{TaxClass, TaxRate};
use perpetua_domain::term::Term;
use perpetua_i18n::collation;
use perpetua_store::agreements::{self, AgreementRow};
use perpetua_store::catalog::{OfferPriceRow, OfferRow, SEARCH_KIND};
use perpetua_store::policies::{self, DEFAULT_SCOPE, PolicyRow};
use perpetua_store::schema::{offer, offer_price, partner_account, price_list, price_sheet, product};
use perpetua_store::search::{self, TokenRow};
use perpetua_store::tax_rates::{self, TaxRateRow};
use perpetua_store::{Conn, Id, StoreError, Word, relationships};

use crate::TestApp;

/// What is sold. The default is perpetual software for businesses in Germany at 100 euro.
#[derive(Debug, Clone)]
pub struct Goods {
    /// Country code.
    pub market: &'static str,
    /// Product id: 12 upper-case letters and digits.
    pub product: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// To whom it is sold.
    pub segment: Segment,
    /// For how long.
    pub term: Term,
    /// Currency code.
    pub currency: &'static str,
    /// What a partner pays.
    pub price: &'static str,
    /// The suggested price.
    pub suggested: &'static str,
    /// When the price begins.
    pub valid_from: Timestamp,
    /// When it ends.
    pub valid_to: Option<Timestamp>,
}

impl Default for Goods {
    fn default() -> Self {
        Self {
            market: "DE",
            product: "HARBORSERVER",
            title: "Harbor Server",
            segment: Segment::Commercial,
            term: Term::Perpetual,
            currency: "EUR",
            price: "100",
            suggested: "150",
            valid_from: Timestamp::UNIX_EPOCH,
            valid_to: None,
        }
    }
}

impl TestApp {
    /// Sells something from now on; answers with its catalog item.
    ///
    /// # Panics
    ///
    /// When the goods are made up wrongly.
    pub async fn sell(&self, goods: Goods) -> CatalogItemId {
        let ids: [uuid::Uuid; 4] = std::array::from_fn(|_| self.app.entropy.uuid(self.app.clock.now()));
        let market = Country::parse(goods.market).expect("the market is a country");
        let product = ProductId::parse(goods.product).expect("a product id has 12 characters");
        let sku = SkuId::parse("0001").expect("a SKU id has 4 characters");
        let facts = AvailabilityFacts {
            product,
            sku,
            market,
            segment: goods.segment,
            term: goods.term,
            billing_plan: "OneTime",
        };
        let item = CatalogItemId { product, sku, availability: AvailabilityId::derive(&facts) };
        let written: Result<(), StoreError> = self
            .app
            .store
            .write((ids, goods, item), |conn, (ids, goods, item)| put_on_sale(conn, ids, goods, item))
            .await;
        written.expect("goods can be put on sale");
        item
    }

    /// Changes every price of an item.
    pub async fn set_price(&self, item: CatalogItemId, price: &str) {
        let price = UnitPrice::parse(price).expect("the price is a number").micros();
        let written: Result<(), StoreError> = self
            .app
            .store
            .write(item, move |conn, item| {
                let availability = item.availability.to_string();
                let offers: Vec<Id<OfferId>> =
                    offer::table.filter(offer::availability_id.eq(availability)).select(offer::id).load(conn)?;
                for id in offers {
                    diesel::update(offer_price::table.filter(offer_price::offer_id.eq(id)))
                        .set(offer_price::unit_price.eq(price))
                        .execute(conn)?;
                }
                Ok(())
            })
            .await;
        written.expect("a price can be changed");
    }

    /// Sets what a partner may owe, in minor units.
    pub async fn set_credit_limit(&self, partner: TenantId, limit: i64) {
        let written: Result<(), StoreError> = self
            .app
            .store
            .write(limit, move |conn, limit| {
                diesel::update(partner_account::table.filter(partner_account::partner_id.eq(Id(partner))))
                    .set(partner_account::credit_limit.eq(*limit))
                    .execute(conn)?;
                Ok(())
            })
            .await;
        written.expect("a limit can be set");
    }

    /// Notes that the customer accepted the agreement under its relationship with the partner.
    pub async fn agree(&self, partner: TenantId, customer: TenantId) {
        let now = self.app.clock.now();
        let input = (AgreementId::new(self.app.entropy.uuid(now)), RowId::new(self.app.entropy.uuid(now)));
        let written: Result<(), StoreError> = self
            .app
            .store
            .write(input, move |conn, (id, person)| {
                let related = relationships::find(conn, partner, customer)?;
                let related = related.expect("partner and customer are related");
                let row = AgreementRow {
                    id: Id(*id),
                    relationship_id: Id(related.id),
                    customer_id: Id(customer),
                    template: "customer-agreement".to_owned(),
                    first_name: "Ada".to_owned(),
                    last_name: "Northlake".to_owned(),
                    email: "ada@people.example".to_owned(),
                    phone: String::new(),
                    agreed_on: "2026-03-01".to_owned(),
                    recorded_by: Id(perpetua_domain::id::PersonId::new(person.uuid())),
                    recorded_at: now.into(),
                };
                agreements::insert(conn, &row)
            })
            .await;
        written.expect("an agreement can be noted");
    }

    /// Places an order of these items and quantities, without a cart.
    pub async fn order(&self, caller: &Caller, customer: TenantId, lines: &[(CatalogItemId, i64)]) -> PlacedOrder {
        let wanted = |(item, quantity): &(CatalogItemId, i64)| WantedLine {
            item: *item,
            quantity: *quantity,
            own_price: None,
            reviewed: None,
        };
        let command = PlaceOrder {
            request_key: self.app.entropy.bytes(),
            customer,
            source: PlaceSource::Lines(lines.iter().map(wanted).collect()),
            po_number: None,
        };
        orders::place(&self.app, caller, command).await.expect("the order is placed")
    }
}

fn put_on_sale(conn: &mut Conn, ids: &[uuid::Uuid; 4], goods: &Goods, item: &CatalogItemId) -> Result<(), StoreError> {
    let price = |text: &str| UnitPrice::parse(text).expect("the price is a number").micros();
    set_up(conn, ids, goods)?;
    let sheet: Id<PriceSheetId> =
        price_list::table.filter(price_list::market.eq(goods.market)).select(price_list::sheet_id).first(conn)?;
    let offer = OfferRow {
        id: Id(OfferId::new(ids[0])),
        sheet_id: sheet,
        market: goods.market.to_owned(),
        product_id: goods.product.to_owned(),
        sku_id: item.sku.to_string(),
        availability_id: item.availability.to_string(),
        item: format!("{}{}", item.product, item.sku).into_bytes(),
        segment: Word(goods.segment),
        kind: Word(OfferKind::of(goods.term)),
        term: Word(goods.term),
        billing_plan: "OneTime".to_owned(),
        currency: goods.currency.to_owned(),
        title: goods.title.to_owned(),
        sku_title: "Standard".to_owned(),
        publisher: "Acme Systems".to_owned(),
        description: String::new(),
        unit: String::new(),
        tags: String::new(),
        title_key_en: goods.title.as_bytes().to_vec(),
        title_key_cs: goods.title.as_bytes().to_vec(),
    };
    diesel::insert_into(offer::table).values(&offer).execute(conn)?;
    let token = |token| TokenRow {
        scope: sheet.0.as_ref().to_vec(),
        kind: SEARCH_KIND.to_owned(),
        token,
        target: offer.item.clone(),
    };
    search::insert(conn, &collation::tokens(goods.title).into_iter().map(token).collect::<Vec<_>>())?;
    let row = OfferPriceRow {
        offer_id: offer.id,
        valid_from: goods.valid_from.into(),
        tier_min: 1,
        tier_max: None,
        valid_to: goods.valid_to.map(Into::into),
        unit_price: price(goods.price),
        suggested_price: Some(price(goods.suggested)),
        sheet_id: sheet,
        change: "new".to_owned(),
        previous_unit_price: None,
    };
    diesel::insert_into(offer_price::table).values(&row).execute(conn)?;
    Ok(())
}

/// The market's list, the product, the default policy and the market's tax rate, where missing.
fn set_up(conn: &mut Conn, ids: &[uuid::Uuid; 4], goods: &Goods) -> Result<(), StoreError> {
    let lists: i64 = price_list::table.filter(price_list::market.eq(goods.market)).count().get_result(conn)?;
    if lists == 0 {
        open_market(conn, ids[1], goods.market)?;
    }
    let products: i64 = product::table.filter(product::id.eq(goods.product)).count().get_result(conn)?;
    if products == 0 {
        let values = (
            product::id.eq(goods.product),
            product::title.eq(goods.title),
            product::tax_class.eq(Word(TaxClass::Software)),
            product::version_label.eq("2025"),
            product::version_rank.eq(2025_i64),
            product::created_at.eq(0_i64),
            product::version.eq(1_i64),
        );
        diesel::insert_into(product::table).values(values).execute(conn)?;
    }
    if policies::find(conn, DEFAULT_SCOPE)?.is_none() {
        let terms = PolicyTerms { activations_per_unit: 2, ..PolicyTerms::default() };
        let row = PolicyRow::new(PolicyId::new(ids[2]), DEFAULT_SCOPE, &terms, None, Timestamp::UNIX_EPOCH.into());
        policies::insert(conn, &row)?;
    }
    let country = Country::parse(goods.market).expect("the market is a country");
    if tax_rates::of_class(conn, country, TaxClass::Software)?.is_empty() {
        let rate = TaxRate {
            country,
            class: TaxClass::Software,
            rate_basis_points: 1_900,
            valid_from: Date::constant(2010, 1, 1),
            valid_to: None,
        };
        tax_rates::insert(conn, &TaxRateRow::new(TaxRateId::new(ids[3]), &rate))?;
    }
    Ok(())
}

fn open_market(conn: &mut Conn, sheet: uuid::Uuid, market: &str) -> Result<(), StoreError> {
    let zero = 0_i64;
    let values = (
        price_sheet::id.eq(Id(PriceSheetId::new(sheet))),
        price_sheet::state.eq("published"),
        price_sheet::file_name.eq("prices.csv"),
        price_sheet::uploaded_at.eq(zero),
        price_sheet::published_at.eq(zero),
        price_sheet::markets.eq(market),
        price_sheet::bytes_total.eq(zero),
        price_sheet::bytes_read.eq(zero),
        price_sheet::rows_read.eq(zero),
        price_sheet::rows_bad.eq(zero),
        price_sheet::rows_new.eq(zero),
        price_sheet::rows_changed.eq(zero),
        price_sheet::rows_ended.eq(zero),
        price_sheet::rows_unchanged.eq(zero),
        price_sheet::error.eq(""),
        price_sheet::version.eq(1_i64),
    );
    diesel::insert_into(price_sheet::table).values(values).execute(conn)?;
    let listed = (
        price_list::market.eq(market),
        price_list::sheet_id.eq(Id(PriceSheetId::new(sheet))),
        price_list::published_at.eq(zero),
        price_list::version.eq(1_i64),
    );
    diesel::insert_into(price_list::table).values(listed).execute(conn)?;
    Ok(())
}
