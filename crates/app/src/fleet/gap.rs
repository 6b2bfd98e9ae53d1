//! Had, bought, missing: former licenses beside the keys at hand and what the machines need (M4, M22).

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use perpetua_domain::access::Permission;
use perpetua_domain::catalog::CatalogItemId;
use perpetua_domain::id::TenantId;
use perpetua_fleet::forecast::machine as forecast_machine;
use perpetua_fleet::keys::Key;
use perpetua_fleet::matching::{Gap, Misfit, assign, fits};
use perpetua_fleet::merge::Machine;
use perpetua_fleet::product::Kind;
use perpetua_i18n::collation;
use perpetua_store::catalog::{self, Filter};
use perpetua_store::fleet::keys::{self as rows, PriorRow};
use perpetua_store::fleet::machines::{self as machine_rows, MachineRow, SourceRow};
use perpetua_store::{Conn, Page};

use super::assess::machine_of;
use super::keys::{FleetKeyView, Held, key_view, recognised, stock, take_used};
use super::settings::PlanSettings;
use super::{count, load, require};
use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::context::App;
use crate::problem::Problem;

/// Former licenses that are compared.
const PRIORS_MAX: i64 = 5_000;
/// Gaps for which the catalog is asked.
const OFFERS_MAX: usize = 20;
/// Offers that are looked at for one gap.
const LOOKED_AT: i64 = 50;

/// One product side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapRow {
    /// Its code.
    pub product: String,
    /// Its name.
    pub product_name: String,
    /// Former licenses of it.
    pub had: i64,
    /// Activations that keys at hand have left for it.
    pub bought: i64,
    /// Licenses that have to move.
    pub needed: i64,
    /// Those of them that a key was found for.
    pub covered: i64,
    /// Those without: what has to be bought.
    pub missing: i64,
    /// Why the keys at hand do not fit, by label.
    pub misfits: Vec<(String, Misfit)>,
    /// What would fill the gap.
    pub offer: Option<GapOffer>,
}

/// Something of the catalog that would fill a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapOffer {
    /// Its purchase key.
    pub item: CatalogItemId,
    /// The product's title.
    pub title: String,
    /// The edition's title.
    pub sku_title: String,
}

/// Had, bought, missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SideBySide {
    /// One row per product, what is missing most first.
    pub rows: Vec<GapRow>,
    /// The keys at hand.
    pub keys: Vec<FleetKeyView>,
    /// Former licenses whose product was not recognised.
    pub unrecognised: Vec<String>,
}

/// Everything that is compared.
struct Known {
    settings: PlanSettings,
    machines: Vec<MachineRow>,
    sources: Vec<SourceRow>,
    stock: Vec<Held>,
    priors: Vec<PriorRow>,
}

/// Former licenses beside keys and needs.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`.
pub async fn side_by_side(app: &App, caller: &Caller, customer: TenantId) -> Result<SideBySide, Problem> {
    let asked = caller.clone();
    let known = app
        .store
        .read(move |conn| {
            require(conn, &asked, Permission::FleetView, customer)?;
            let machines = machine_rows::all(conn, customer)?;
            let mut stock = stock(conn, &asked, customer)?;
            take_used(&mut stock, conn, customer, &machines)?;
            Ok::<_, Problem>(Known {
                settings: PlanSettings::parse(&load(conn, customer)?.settings),
                sources: machine_rows::all_sources(conn, customer)?,
                priors: rows::priors(conn, customer, PRIORS_MAX)?,
                machines,
                stock,
            })
        })
        .await?;
    let now = app.clock.now();
    let compared = tokio::task::spawn_blocking(move || compare(known, now)).await.map_err(Problem::internal)??;
    let (caller, mut side) = (caller.clone(), compared);
    app.store
        .read(move |conn| {
            find_offers(conn, &caller, customer, &mut side.rows, now)?;
            Ok(side)
        })
        .await
}

/// The machines that take part, with their rows.
pub(super) fn moving(
    machines: Vec<MachineRow>,
    sources: Vec<SourceRow>,
) -> Result<Vec<(MachineRow, Machine)>, Problem> {
    let reports: HashMap<_, String> = sources.into_iter().map(|source| (source.machine_id.0, source.reports)).collect();
    let moving = machines.into_iter().filter(|row| row.state.0.has_to_move());
    moving
        .map(|row| {
            let machine = machine_of(&row, reports.get(&row.id.0).map_or("[]", String::as_str))?;
            Ok((row, machine))
        })
        .collect()
}

fn compare(known: Known, now: Timestamp) -> Result<SideBySide, Problem> {
    let machines: Vec<Machine> =
        moving(known.machines, known.sources)?.into_iter().map(|(_, machine)| machine).collect();
    let with = known.settings.assumptions(now);
    let forecasts: Vec<_> = machines.iter().map(|machine| forecast_machine(machine, &with)).collect();
    let keys: Vec<Key> = known.stock.iter().map(|held| held.key.clone()).collect();
    let gaps = assign(&machines, &forecasts, &keys).gaps;
    let mut rows: BTreeMap<String, GapRow> = BTreeMap::new();
    for gap in gaps {
        let row = row_of(&mut rows, &gap.kind);
        let Gap { needed, covered, missing, misfits, .. } = gap;
        (row.needed, row.covered, row.missing) = (count(needed), count(covered), count(missing));
        row.misfits = misfits;
    }
    let mut unrecognised = Vec::new();
    for prior in known.priors {
        match Kind::from_code(&prior.product_code) {
            Some(kind) => row_of(&mut rows, &kind).had += prior.quantity,
            None => unrecognised.push(prior.product),
        }
    }
    for key in &keys {
        if key.kind.is_known() {
            row_of(&mut rows, &key.kind);
        }
    }
    for row in rows.values_mut() {
        let Some(kind) = Kind::from_code(&row.product) else { continue };
        let fitting = keys.iter().filter(|key| fits(&kind, key).is_ok());
        row.bought = fitting.map(|key| i64::from(key.usable())).sum();
    }
    let mut rows: Vec<GapRow> = rows.into_values().collect();
    rows.sort_by(|one, other| (other.missing, &one.product).cmp(&(one.missing, &other.product)));
    unrecognised.sort();
    unrecognised.dedup();
    Ok(SideBySide { rows, keys: known.stock.iter().map(key_view).collect(), unrecognised })
}

fn row_of<'r>(rows: &'r mut BTreeMap<String, GapRow>, kind: &Kind) -> &'r mut GapRow {
    rows.entry(kind.code()).or_insert_with_key(|product| GapRow {
        product: product.clone(),
        product_name: kind.name(),
        had: 0,
        bought: 0,
        needed: 0,
        covered: 0,
        missing: 0,
        misfits: Vec::new(),
        offer: None,
    })
}

/// Looks for what would fill gaps, for callers who may see what the customer can buy.
fn find_offers(
    conn: &mut Conn,
    caller: &Caller,
    customer: TenantId,
    rows: &mut [GapRow],
    now: Timestamp,
) -> Result<(), Problem> {
    if !authorize::allows(conn, caller, Permission::CatalogView, Owner::Tenant(customer))? {
        return Ok(());
    }
    let (market, segment) = crate::catalog::place(conn, customer)?;
    for row in rows.iter_mut().filter(|row| row.missing > 0).take(OFFERS_MAX) {
        let Some(kind) = Kind::from_code(&row.product) else { continue };
        let words = Kind { version: None, ..kind.clone() }.name();
        let wanted = Filter {
            market,
            segment: Some(segment),
            kind: None,
            words: collation::tokens(&words),
            at: now.into(),
            czech_order: false,
        };
        let offers = catalog::list(conn, &wanted, &Page { after: None, limit: LOOKED_AT })?;
        let fitting = offers.into_iter().filter_map(|offer| {
            let product = format!("{} {}", offer.offer.title, offer.offer.sku_title);
            let key = Key {
                label: String::new(),
                kind: recognised(&product)?,
                product,
                also_versions: Vec::new(),
                partial_key: None,
                remaining: 1,
                reserve: 0,
            };
            // A certain match before one where edition or version is open.
            let is_doubtful = fits(&kind, &key).ok()?;
            let gap = GapOffer { item: offer.item, title: offer.offer.title, sku_title: offer.offer.sku_title };
            Some((is_doubtful, key.kind.version != kind.version, gap))
        });
        row.offer = fitting.min_by_key(|(is_doubtful, is_other, _)| (*is_doubtful, *is_other)).map(|(.., gap)| gap);
    }
    Ok(())
}
