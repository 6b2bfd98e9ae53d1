//! The keys that machines can move to: those of purchases here, with their real activations, and those of the
//! platform's maker that the customer's administrator enters. The latter are sealed and never shown again (I7).

use std::fmt;
use std::str::FromStr;

use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::fleet::MachineState;
use perpetua_domain::id::{FleetKeyId, OrderLineId, TenantId};
use perpetua_fleet::keys::Key;
use perpetua_fleet::product::{Family, Kind};
use perpetua_license::key::is_kms_client_key;
use perpetua_store::fleet::keys::{self as rows, KeyRow};
use perpetua_store::fleet::machines::{self as machine_rows, MachineRow};
use perpetua_store::software::{self, Filter, Scope, Sort, SortBy};
use perpetua_store::{Conn, Id, StoreError};
use serde_json::json;
use zeroize::Zeroizing;

use super::evidence::Proof;
use super::{entry, require};
use crate::audit;
use crate::caller::Caller;
use crate::context::App;
use crate::entropy::EntropyExt as _;
use crate::form_use::{FormKey, Once, earlier_id, once};
use crate::problem::Problem;
use crate::vault::{Purpose, row_aad};

/// Keys that a customer may enter.
const KEYS_MAX: usize = 200;
/// Purchases that are looked at.
const PURCHASES_MAX: i64 = 500;
/// Characters of a label, a product's name and a list of versions.
const TEXT_MAX: usize = 100;
/// Activations of one key.
const REMAINING_MAX: u32 = 1_000_000;

/// Names a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyRef {
    /// One that was entered.
    Entered(FleetKeyId),
    /// That of a purchase.
    Purchase(OrderLineId),
}

impl fmt::Display for KeyRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entered(id) => write!(f, "entered:{id}"),
            Self::Purchase(id) => write!(f, "purchase:{id}"),
        }
    }
}

impl FromStr for KeyRef {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text.split_once(':') {
            Some(("entered", id)) => id.parse().map(Self::Entered).map_err(|_| ()),
            Some(("purchase", id)) => id.parse().map(Self::Purchase).map_err(|_| ()),
            _ => Err(()),
        }
    }
}

/// Which products of a machine move to which keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Moves(Vec<(String, String)>);

impl Moves {
    /// What was stored.
    pub fn parse(text: &str) -> Self {
        Self(serde_json::from_str(text).unwrap_or_default())
    }

    /// As it is stored; empty for none.
    pub fn text(&self) -> String {
        if self.0.is_empty() { String::new() } else { json!(self.0).to_string() }
    }

    /// Adds one.
    pub fn add(&mut self, product: &str, key: KeyRef) {
        self.0.push((product.to_owned(), key.to_string()));
    }

    /// The keys, one per activation.
    pub fn keys(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|(_, key)| key.clone())
    }

    /// The codes of the products.
    pub fn products(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(product, _)| product.as_str())
    }

    /// The key of a product.
    pub fn key(&self, product: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == product).map(|(_, key)| key.as_str())
    }

    /// What the key of a product is called, for those who may see the key's purchase.
    pub fn label(&self, product: &str, stock: &[Held]) -> Option<String> {
        let key = self.key(product)?;
        stock.iter().find(|held| held.id.to_string() == key).map(|held| held.key.label.clone())
    }
}

/// A key that machines can move to.
#[derive(Debug, Clone)]
pub(super) struct Held {
    /// Names it.
    pub id: KeyRef,
    /// What it is for, with the activations that are left.
    pub key: Key,
    /// Activations that are used: real ones of purchases, moves since the count of entered ones.
    pub used: i64,
    /// Activations in all: the limit of purchases, the count of entered ones.
    pub total: i64,
}

/// What a product is as people or catalogs name it. Other publishers' products may sound alike, so the maker's own
/// words have to stand there.
pub(super) fn recognised(text: &str) -> Option<Kind> {
    let kind = Kind::recognise(text, "", None);
    let folded = text.to_lowercase();
    let is_named = match kind.family {
        Family::Windows | Family::WindowsServer => folded.contains("windows"),
        Family::Office => folded.contains("office"),
        Family::Project | Family::Visio => kind.version.is_some(),
        Family::SqlServer | Family::Unknown => false,
    };
    is_named.then_some(kind)
}

/// The keys of a customer that the caller may know of: entered ones, and those of purchases within its scope whose
/// product is one of the platform's maker.
pub(super) fn stock(conn: &mut Conn, caller: &Caller, customer: TenantId) -> Result<Vec<Held>, Problem> {
    let mut stock = Vec::new();
    for row in rows::keys(conn, customer)? {
        let kind = recognised(&row.product).unwrap_or(Kind { family: Family::Unknown, edition: None, version: None });
        let number = |number: i64| u32::try_from(number).unwrap_or(0);
        let key = Key {
            label: row.label.clone(),
            product: row.product.clone(),
            kind,
            also_versions: versions(&row.also_versions),
            partial_key: Some(row.tail.clone()),
            remaining: number(row.remaining),
            reserve: number(row.reserve),
        };
        stock.push(Held { id: KeyRef::Entered(row.id.0), key, used: 0, total: row.remaining });
    }
    let partner = (caller.kind == TenantKind::Partner).then_some(caller.tenant);
    let filter = Filter { is_cancelled: Some(false), kind: None };
    let sort = Sort { by: SortBy::Placed, ascending: true };
    for (line, _, facts) in software::list(conn, Scope { partner, customer }, filter, sort, None, PURCHASES_MAX)? {
        let product = format!("{} {}", line.title, line.sku_title);
        let Some(kind) = recognised(&product).filter(|kind| kind.edition.is_some() && kind.version.is_some()) else {
            continue;
        };
        let (limit, used) =
            facts.filter(|key| key.state == "active").map_or((0, 0), |key| (key.activation_limit, key.activation_used));
        let key = Key {
            label: format!("{} ({})", line.title, line.order_number),
            product,
            kind,
            also_versions: Vec::new(),
            partial_key: None,
            remaining: u32::try_from(limit - used).unwrap_or(0),
            reserve: 0,
        };
        stock.push(Held { id: KeyRef::Purchase(line.id.0), key, used, total: limit });
    }
    Ok(stock)
}

/// Takes from entered keys what machines have used since the activations were counted; those of purchases are counted
/// by themselves.
pub(super) fn take_used(
    stock: &mut [Held],
    conn: &mut Conn,
    customer: TenantId,
    machines: &[MachineRow],
) -> Result<(), StoreError> {
    let counted: Vec<KeyRow> = rows::keys(conn, customer)?;
    for row in machines.iter().filter(|row| row.state.0 == MachineState::Moved && !row.moves.is_empty()) {
        let Some(proof) = Proof::parse(&row.evidence) else { continue };
        for name in Moves::parse(&row.moves).keys() {
            let Some(held) = stock.iter_mut().find(|held| held.id.to_string() == name) else { continue };
            let KeyRef::Entered(id) = held.id else { continue };
            if counted.iter().any(|key| key.id.0 == id && proof.at() >= key.counted_at.timestamp()) {
                held.used += 1;
                held.key.remaining = held.key.remaining.saturating_sub(1);
            }
        }
    }
    Ok(())
}

fn versions(text: &str) -> Vec<u16> {
    let folded = text.to_lowercase().replace(" r2", "r2");
    let version = |word: &str| match word.strip_suffix("r2") {
        Some(year) => year.parse::<u16>().ok()?.checked_mul(10)?.checked_add(2),
        None => word.parse().ok(),
    };
    folded.split([' ', ',', ';', '+', '/']).filter_map(version).collect()
}

/// A key in lists, without anything secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetKeyView {
    /// Names it.
    pub id: KeyRef,
    /// What people call it.
    pub label: String,
    /// Its product as people write it.
    pub product: String,
    /// The code of that product; empty when not recognised.
    pub product_code: String,
    /// Last five characters of an entered key; empty for others.
    pub tail: String,
    /// Activations in all: as entered, or the limit of the purchase.
    pub total: i64,
    /// Activations that are used: real ones of a purchase, moves since the count of an entered key.
    pub used: i64,
    /// Activations that are left.
    pub remaining: i64,
    /// Activations that are kept for reinstallations.
    pub reserve: i64,
    /// Whether it belongs to a purchase here.
    pub is_own: bool,
}

pub(super) fn key_view(held: &Held) -> FleetKeyView {
    let kind = &held.key.kind;
    FleetKeyView {
        id: held.id,
        label: held.key.label.clone(),
        product: held.key.product.clone(),
        product_code: if kind.is_known() { kind.code() } else { String::new() },
        tail: held.key.partial_key.clone().unwrap_or_default(),
        total: held.total,
        used: held.used,
        remaining: i64::from(held.key.remaining),
        reserve: i64::from(held.key.reserve),
        is_own: matches!(held.id, KeyRef::Purchase(_)),
    }
}

/// The keys that machines can move to.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`.
pub async fn keys(app: &App, caller: &Caller, customer: TenantId) -> Result<Vec<FleetKeyView>, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            require(conn, &caller, Permission::FleetView, customer)?;
            let mut stock = stock(conn, &caller, customer)?;
            let moved = machine_rows::moved(conn, customer)?;
            take_used(&mut stock, conn, customer, &moved)?;
            Ok(stock.iter().map(key_view).collect())
        })
        .await
}

/// A key of the platform's maker, as it is entered.
pub struct NewKey {
    /// What people call it.
    pub label: String,
    /// Its product, such as `Windows Server 2022 Standard`.
    pub product: String,
    /// Further versions that it activates, such as `2019 2016`.
    pub also_versions: String,
    /// The key: five groups of five.
    pub key: Zeroizing<String>,
    /// Activations left.
    pub remaining: u32,
    /// Activations kept for reinstallations.
    pub reserve: u32,
}

impl fmt::Debug for NewKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewKey").field("label", &self.label).field("product", &self.product).finish_non_exhaustive()
    }
}

impl NewKey {
    /// The key in groups, when everything about it is right.
    fn check(&self) -> Result<Zeroizing<String>, Problem> {
        let mut problem = Problem::invalid("invalid_input");
        let label = self.label.trim();
        let is_label = !label.is_empty()
            && label.chars().count() <= TEXT_MAX
            && !label.contains(['=', '"'])
            && !label.starts_with(['+', '-', '@', '\'']);
        if !is_label || label.chars().any(char::is_control) {
            problem = problem.with_field("label", "fleet_label_wrong");
        }
        if perpetua_fleet::secrets::has_key(label) || perpetua_fleet::secrets::has_key(&self.product) {
            problem = problem.with_field("label", "fleet_label_wrong");
        }
        if self.product.chars().count() > TEXT_MAX || recognised(&self.product).is_none() {
            problem = problem.with_field("product", "fleet_product_unknown");
        }
        if self.also_versions.chars().count() > TEXT_MAX {
            problem = problem.with_field("also_versions", "out_of_range");
        }
        if self.remaining > REMAINING_MAX {
            problem = problem.with_field("remaining", "out_of_range");
        }
        if self.reserve > self.remaining {
            problem = problem.with_field("reserve", "out_of_range");
        }
        let bare: Zeroizing<String> =
            Zeroizing::new(self.key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase());
        if is_kms_client_key(&bare) {
            problem = problem.with_field("key", "fleet_key_kms_client");
        } else if bare.len() != 25 {
            problem = problem.with_field("key", "fleet_key_malformed");
        }
        if !problem.fields.is_empty() {
            return Err(problem);
        }
        let mut grouped = Zeroizing::new(String::with_capacity(29));
        for (at, letter) in bare.chars().enumerate() {
            if at > 0 && at % 5 == 0 {
                grouped.push('-');
            }
            grouped.push(letter);
        }
        Ok(grouped)
    }
}

/// Stores a key of the platform's maker, sealed. Nobody sees it again; scripts of the customer's own administrators
/// get it.
///
/// # Errors
///
/// `not_found`; `missing_role` for all but the customer's global administrators; `invalid_input` naming fields with
/// `fleet_label_wrong`, `fleet_label_taken`, `fleet_product_unknown`, `fleet_key_kms_client`, `fleet_key_malformed`,
/// `out_of_range`; `fleet_too_many_keys`.
pub async fn add_key(
    app: &App,
    caller: &Caller,
    customer: TenantId,
    key: NewKey,
    form: Option<FormKey>,
) -> Result<FleetKeyId, Problem> {
    let asked = caller.clone();
    let allowed = app.store.read(move |conn| require(conn, &asked, Permission::FleetKeyEdit, customer)).await;
    if let Err(problem) = allowed {
        crate::refusal::note(app, caller, entry(caller, customer, "fleet.key_refused"), &problem).await;
        return Err(problem);
    }
    let text = key.check()?;
    let stamp = app.stamp(caller);
    let id = FleetKeyId::new(app.entropy.uuid(stamp.real_now));
    let aad = row_aad("fleet_key", "sealed", id.uuid());
    let sealed =
        app.vault.seal(Purpose::ProductKey, &aad, text.as_bytes(), &*app.entropy).map_err(Problem::internal)?;
    let row = KeyRow {
        id: Id(id),
        customer_id: Id(customer),
        label: key.label.trim().to_owned(),
        product: key.product.trim().to_owned(),
        also_versions: key.also_versions.trim().to_owned(),
        tail: text[text.len() - 5..].to_owned(),
        remaining: i64::from(key.remaining),
        reserve: i64::from(key.reserve),
        data_key_id: Id(sealed.data_key),
        sealed: sealed.bytes,
        counted_at: stamp.now.into(),
        version: 1,
    };
    let done = app
        .store
        .write((stamp, row), move |conn, (stamp, row)| {
            require(conn, &stamp.caller, Permission::FleetKeyEdit, customer)?;
            once(conn, stamp, (form, "fleet_key"), |conn| {
                if rows::keys(conn, customer)?.len() >= KEYS_MAX {
                    return Err(Problem::conflict("fleet_too_many_keys"));
                }
                if !rows::insert_key(conn, row)? {
                    return Err(Problem::field("label", "fleet_label_taken"));
                }
                let entry = entry(&stamp.caller, customer, "fleet.key_entered")
                    .detail(json!({ "name": row.label, "product": row.product, "remaining": row.remaining }));
                audit::record(conn, &mut stamp.seed.ids(), stamp, &entry)?;
                Ok((row.id.0.to_string(), row.id.0))
            })
        })
        .await?;
    match done {
        Once::First(id) => Ok(id),
        Once::Earlier(subject) => earlier_id(&subject),
    }
}

/// Corrects how many activations an entered key has left.
///
/// # Errors
///
/// `not_found`, `missing_role`, `invalid_input`.
pub async fn set_remaining(
    app: &App,
    caller: &Caller,
    customer: TenantId,
    id: FleetKeyId,
    remaining: u32,
    reserve: u32,
) -> Result<(), Problem> {
    if remaining > REMAINING_MAX {
        return Err(Problem::field("remaining", "out_of_range"));
    }
    if reserve > remaining {
        return Err(Problem::field("reserve", "out_of_range"));
    }
    app.store
        .write(app.stamp(caller), move |conn, stamp| {
            require(conn, &stamp.caller, Permission::FleetKeyEdit, customer)?;
            let row = rows::find_key(conn, customer, id)?.ok_or_else(Problem::not_found)?;
            rows::set_remaining(conn, &row, (i64::from(remaining), i64::from(reserve)), stamp.now.into())?;
            let entry = entry(&stamp.caller, customer, "fleet.key_counted")
                .detail(json!({ "name": row.label, "remaining": remaining }));
            Ok(audit::record(conn, &mut stamp.seed.ids(), stamp, &entry)?)
        })
        .await
}

/// Removes an entered key for good. Machines that were to move to it have to be planned again.
///
/// # Errors
///
/// `not_found`, `missing_role`.
pub async fn remove_key(app: &App, caller: &Caller, customer: TenantId, id: FleetKeyId) -> Result<(), Problem> {
    app.store
        .write(app.stamp(caller), move |conn, stamp| {
            require(conn, &stamp.caller, Permission::FleetKeyEdit, customer)?;
            let row = rows::find_key(conn, customer, id)?.ok_or_else(Problem::not_found)?;
            rows::remove_key(conn, id)?;
            let entry = entry(&stamp.caller, customer, "fleet.key_removed")
                .detail(json!({ "name": row.label, "product": row.product }));
            Ok(audit::record(conn, &mut stamp.seed.ids(), stamp, &entry)?)
        })
        .await
}
