//! The rows of an order, from what the rule drafted.

use jiff::Timestamp;
use perpetua_domain::catalog::OfferKind;
use perpetua_domain::id::{OrderId, OrderLineId, SubscriptionId};
use perpetua_domain::order::{LineState, OrderDraft};
use perpetua_domain::subscription::{SubscriptionState, is_subscription};
use perpetua_domain::term::Term;
use perpetua_store::keys::ProductKeyRow;
use perpetua_store::orders::{OrderLineRow, OrderRow};
use perpetua_store::subscriptions::SubscriptionRow;
use perpetua_store::{Id, StoreError, Utc, Word};

use super::mint::SealedKey;
use super::place::{Basket, Buyer, PlaceOrder};
use crate::caller::Ids;
use crate::order_request::Situation;
use crate::problem::Problem;

/// What the lines are called; an item that is not sold is called by its id.
pub(super) fn titles(situation: &Situation, basket: &Basket) -> Vec<String> {
    let title = |item| situation.offer(item).map_or_else(|| item.to_string(), |offer| offer.offer.title.clone());
    basket.lines.iter().map(|line| title(&line.item)).collect()
}

/// The order's row. Its number is the last 12 hexadecimal digits of its id: 48 random bits.
pub(super) fn order(
    id: OrderId,
    buyer: Buyer,
    command: &PlaceOrder,
    situation: &Situation,
    basket: &Basket,
    draft: &OrderDraft,
) -> Result<OrderRow, Problem> {
    let number = id.uuid().simple().to_string()[20..].to_owned();
    let agreement = situation.standing.agreement.ok_or_else(|| Problem::conflict("agreement_missing"))?;
    let of_cart = || basket.cart.as_ref().map(|cart| cart.po_number.clone()).unwrap_or_default();
    Ok(OrderRow {
        id: Id(id),
        number,
        request_key: command.request_key.to_vec(),
        partner_id: Id(buyer.partner),
        customer_id: situation.customer.id,
        relationship_id: Id(situation.standing.relationship),
        agreement_id: Id(agreement),
        cart_id: basket.cart.as_ref().map(|cart| cart.id),
        placed_by: Id(buyer.person),
        placed_at: buyer.now.into(),
        state: Word(draft.state),
        market: situation.customer.country.clone(),
        currency: draft.currency.to_string(),
        zone: situation.customer.zone.clone(),
        po_number: command.po_number.clone().unwrap_or_else(of_cart),
        net: draft.net.minor(),
        tax: draft.tax.minor(),
        total: draft.total.minor(),
        version: 1,
    })
}

/// The lines' rows, with the facts of order and offer that lists read from them.
pub(super) fn lines(
    ids: &mut Ids<'_>,
    order: &OrderRow,
    situation: &Situation,
    basket: &Basket,
    draft: &OrderDraft,
) -> Result<Vec<OrderLineRow>, Problem> {
    let mut rows = Vec::with_capacity(draft.lines.len());
    for (drafted, wanted) in draft.lines.iter().zip(&basket.lines) {
        let offer = situation.offer(&wanted.item).ok_or_else(|| Problem::conflict("not_sold_here"))?;
        let policy = situation.policy(&wanted.item)?;
        let suggested = drafted.erp.unwrap_or(drafted.unit_price);
        rows.push(OrderLineRow {
            id: Id(ids.next()),
            order_id: order.id,
            line_no: i64::from(drafted.line),
            order_number: order.number.clone(),
            partner_id: order.partner_id,
            customer_id: order.customer_id,
            placed_at: order.placed_at,
            product_id: wanted.item.product.to_string(),
            sku_id: wanted.item.sku.to_string(),
            availability_id: wanted.item.availability.to_string(),
            segment: offer.offer.segment,
            title: offer.offer.title.clone(),
            sku_title: offer.offer.sku_title.clone(),
            kind: Word(OfferKind::of(drafted.term)),
            term: Word::<Term>(drafted.term),
            term_ends_at: drafted.term_end.map(|end| end.ends_at.into()),
            currency: order.currency.clone(),
            quantity: i64::from(drafted.quantity),
            cancelled_quantity: 0,
            unit_price: drafted.unit_price.micros(),
            suggested_price: suggested.micros(),
            own_price: wanted.own_price.unwrap_or(suggested).micros(),
            net: drafted.net.minor(),
            tax: drafted.tax.minor(),
            credited_net: 0,
            credited_tax: 0,
            tax_rate_basis_points: i64::from(drafted.tax_decision.rate_basis_points),
            tax_category: Word(drafted.tax_decision.category),
            tax_reason: Word(drafted.tax_decision.reason),
            policy_id: Id(drafted.snapshot.policy),
            window_closes_at: drafted.snapshot.deadline.into(),
            refund_rule: drafted.snapshot.refund.as_text(),
            activations_per_unit: i64::from(drafted.snapshot.activations_per_unit),
            downgrade_rights: drafted.snapshot.downgrade_rights,
            version_rank: i64::from(offer.version_rank),
            link_lifetime_days: i64::from(policy.terms.link_lifetime_days),
            link_uses_max: i64::from(policy.terms.link_uses_max),
            state: Word(LineState::Active),
            version: 1,
        });
    }
    Ok(rows)
}

/// One subscription per line with a term (M10), called as the cart called the line.
pub(super) fn subscriptions(lines: &[OrderLineRow], names: &[String]) -> Vec<SubscriptionRow> {
    let row = |(at, line): (usize, &OrderLineRow)| {
        let term_ends_at = line.term_ends_at.filter(|_| is_subscription(line.term.0))?;
        let name = names.get(at).filter(|name| !name.is_empty()).unwrap_or(&line.title);
        Some(SubscriptionRow {
            id: Id(SubscriptionId::new(line.id.0.uuid())),
            line_id: line.id,
            order_id: line.order_id,
            partner_id: line.partner_id,
            customer_id: line.customer_id,
            friendly_name: name.clone(),
            state: Word(SubscriptionState::Active),
            suspension: None,
            auto_renew: false,
            renewal_term: line.term,
            starts_at: line.placed_at,
            term_ends_at,
            support_tenant_id: line.partner_id,
            created_at: line.placed_at,
            changed_at: line.placed_at,
            version: 1,
        })
    };
    lines.iter().enumerate().filter_map(row).collect()
}

/// One key per line (design §7).
pub(super) fn keys(
    lines: &[OrderLineId],
    draft: &OrderDraft,
    keys: &[SealedKey],
    now: Timestamp,
) -> Result<Vec<ProductKeyRow>, StoreError> {
    if keys.len() < lines.len() {
        let what = format!("{} keys were made for {} lines", keys.len(), lines.len());
        return Err(StoreError::Inconsistent { table: "product_key", what });
    }
    let created_at: Utc = now.into();
    let row =
        |((line, drafted), key): ((&OrderLineId, &perpetua_domain::order::LineDraft), &SealedKey)| ProductKeyRow {
            id: Id(key.id),
            line_id: Id(*line),
            lookup_hash: key.lookup_hash.to_vec(),
            lookup_key_id: Id(key.lookup_key),
            data_key_id: Id(key.sealed.data_key),
            sealed: key.sealed.bytes.clone(),
            state: "active".to_owned(),
            activation_limit: i64::from(drafted.activation_limit),
            activation_used: 0,
            created_at,
            revoked_at: None,
            revoke_reason: String::new(),
            version: 1,
        };
    Ok(lines.iter().zip(&draft.lines).zip(keys).map(row).collect())
}
