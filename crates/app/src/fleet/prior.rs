//! Former licenses (M4): what a customer had under older programmes, entered one by one or as a table.

use jiff::civil::Date;
use perpetua_domain::access::Permission;
use perpetua_domain::fleet::PriorKeyType;
use perpetua_domain::id::{RowId, TenantId};
use perpetua_fleet::decode::decode;
use perpetua_fleet::secrets::mask_keys;
use perpetua_store::fleet::keys::{self as rows, PriorRow};
use perpetua_store::{Conn, Id};
use serde_json::json;

use super::keys::recognised;
use super::{count, entry, require};
use crate::audit;
use crate::caller::{Caller, Stamp};
use crate::context::App;
use crate::form_use::{FormKey, Once, earlier_id, once};
use crate::problem::{Param, Problem};

/// Former licenses of one customer.
const PRIORS_MAX: i64 = 5_000;
/// Bytes of one table.
pub const PRIOR_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Lines that one transaction adds.
const PRIORS_AT_ONCE: usize = 800;
/// Lines of one table.
const LINES_MAX: usize = 5_000;
/// Characters of a text.
const TEXT_MAX: usize = 200;
/// Units of one license.
const QUANTITY_MAX: i64 = 10_000_000;

/// A former license.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriorLicense {
    /// The programme; may be empty.
    pub programme: String,
    /// The agreement's number; may be empty.
    pub agreement: String,
    /// The product as people write it.
    pub product: String,
    /// How many.
    pub quantity: i64,
    /// With which kind of key.
    pub key_type: PriorKeyType,
    /// The day on which it ends.
    pub ends_on: Option<Date>,
}

/// A former license in lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriorLicenseView {
    /// Its id.
    pub id: RowId,
    /// The license.
    pub license: PriorLicense,
    /// The code of its product; empty when not recognised.
    pub product_code: String,
}

/// What a table came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriorImport {
    /// Licenses that were added.
    pub added: usize,
    /// Licenses that were there already.
    pub known: usize,
    /// Lines without product or number, from 1 with the header.
    pub bad_lines: Vec<u32>,
}

impl PriorLicense {
    /// Refuses what cannot be stored. Full keys in texts are masked.
    fn checked(mut self) -> Result<Self, Problem> {
        let mut problem = Problem::invalid("invalid_input");
        for (field, text) in
            [("programme", &mut self.programme), ("agreement", &mut self.agreement), ("product", &mut self.product)]
        {
            *text = mask_keys(text.trim().to_owned()).0;
            if text.chars().count() > TEXT_MAX || text.chars().any(char::is_control) {
                problem = problem.with_field_params(field, "too_long", vec![("max", Param::Number(count(TEXT_MAX)))]);
            }
        }
        if self.product.is_empty() {
            problem = problem.with_field("product", "required");
        }
        if !(1..=QUANTITY_MAX).contains(&self.quantity) {
            problem = problem.with_field("quantity", "out_of_range");
        }
        if problem.fields.is_empty() { Ok(self) } else { Err(problem) }
    }

    fn row(&self, id: RowId, customer: TenantId, stamp: &Stamp) -> PriorRow {
        PriorRow {
            id: Id(id),
            customer_id: Id(customer),
            programme: self.programme.clone(),
            agreement: self.agreement.clone(),
            product: self.product.clone(),
            product_code: recognised(&self.product).map(|kind| kind.code()).unwrap_or_default(),
            quantity: self.quantity,
            key_type: self.key_type.into(),
            ends_on: self.ends_on.map(|day| day.to_string()).unwrap_or_default(),
            created_at: stamp.now.into(),
        }
    }
}

/// The former licenses of a customer by product.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`.
pub async fn prior_licenses(app: &App, caller: &Caller, customer: TenantId) -> Result<Vec<PriorLicenseView>, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            require(conn, &caller, Permission::FleetView, customer)?;
            Ok(rows::priors(conn, customer, PRIORS_MAX)?.into_iter().map(view).collect())
        })
        .await
}

fn view(row: PriorRow) -> PriorLicenseView {
    PriorLicenseView {
        id: row.id.0,
        product_code: row.product_code,
        license: PriorLicense {
            programme: row.programme,
            agreement: row.agreement,
            product: row.product,
            quantity: row.quantity,
            key_type: row.key_type.0,
            ends_on: row.ends_on.parse().ok(),
        },
    }
}

/// Records a former license; answers with its id, that of the earlier one when the same is recorded again.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`, `invalid_input`, `fleet_too_many_priors`.
pub async fn add_prior(
    app: &App,
    caller: &Caller,
    customer: TenantId,
    license: PriorLicense,
    form: Option<FormKey>,
) -> Result<RowId, Problem> {
    let license = license.checked()?;
    let done = app
        .store
        .write((app.stamp(caller), license), move |conn, (stamp, license)| {
            require(conn, &stamp.caller, Permission::FleetEdit, customer)?;
            once(conn, stamp, (form, "fleet_prior"), |conn| {
                let mut ids = stamp.seed.ids();
                let row = license.row(ids.next(), customer, stamp);
                if rows::count_priors(conn, customer)? >= PRIORS_MAX {
                    return Err(Problem::conflict("fleet_too_many_priors"));
                }
                let id = rows::insert_prior(conn, &row)?;
                let entry = entry(&stamp.caller, customer, "fleet.prior_added")
                    .detail(json!({ "product": license.product, "quantity": license.quantity }));
                audit::record(conn, &mut ids, stamp, &entry)?;
                Ok((id.to_string(), id))
            })
        })
        .await?;
    match done {
        Once::First(id) => Ok(id),
        Once::Earlier(subject) => earlier_id(&subject),
    }
}

/// Removes a former license.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`.
pub async fn remove_prior(app: &App, caller: &Caller, customer: TenantId, id: RowId) -> Result<(), Problem> {
    app.store
        .write(app.stamp(caller), move |conn, stamp| {
            require(conn, &stamp.caller, Permission::FleetEdit, customer)?;
            let row = rows::remove_prior(conn, customer, id)?.ok_or_else(Problem::not_found)?;
            let entry = entry(&stamp.caller, customer, "fleet.prior_removed")
                .detail(json!({ "product": row.product, "quantity": row.quantity }));
            Ok(audit::record(conn, &mut stamp.seed.ids(), stamp, &entry)?)
        })
        .await
}

/// Records former licenses from a table with a header: product, edition, quantity, agreement, programme, key type, end.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`; on the field `file` `fleet_upload_empty`,
/// `fleet_upload_too_large`, `fleet_table_unreadable` and `fleet_columns_unknown`; `fleet_too_many_priors`.
pub async fn import_prior(
    app: &App,
    caller: &Caller,
    customer: TenantId,
    bytes: Vec<u8>,
) -> Result<PriorImport, Problem> {
    let asked = caller.clone();
    app.store.read(move |conn| require(conn, &asked, Permission::FleetEdit, customer)).await?;
    let read = tokio::task::spawn_blocking(move || read_table(&bytes)).await.map_err(Problem::internal)?;
    let (licenses, bad_lines) = read?;
    let (mut added, mut left) = (0, licenses.as_slice());
    // At least once, so that a table in which every line is bad is recorded too.
    loop {
        let (chunk, rest) = left.split_at(left.len().min(PRIORS_AT_ONCE));
        let input = (app.stamp(caller), chunk.to_vec(), left.len());
        added += app
            .store
            .write(input, move |conn, (stamp, chunk, left)| add_some(conn, stamp, customer, (chunk, *left)))
            .await?;
        left = rest;
        if left.is_empty() {
            return Ok(PriorImport { added, known: licenses.len().saturating_sub(added), bad_lines });
        }
    }
}

/// Adds some lines of a table of which `left` are still to be added; answers with how many were new.
fn add_some(
    conn: &mut Conn,
    stamp: &Stamp,
    customer: TenantId,
    (licenses, left): (&[PriorLicense], usize),
) -> Result<usize, Problem> {
    require(conn, &stamp.caller, Permission::FleetEdit, customer)?;
    if rows::count_priors(conn, customer)? + count(left) > PRIORS_MAX {
        return Err(Problem::conflict("fleet_too_many_priors"));
    }
    let mut ids = stamp.seed.ids();
    let new: Vec<PriorRow> = licenses.iter().map(|license| license.row(ids.next(), customer, stamp)).collect();
    let added = rows::insert_priors(conn, &new)?;
    let entry =
        entry(&stamp.caller, customer, "fleet.prior_imported").detail(json!({ "added": added, "lines": new.len() }));
    audit::record(conn, &mut ids, stamp, &entry)?;
    Ok(added)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Product,
    Edition,
    Quantity,
    Agreement,
    Programme,
    KeyType,
    EndsOn,
}

fn column(header: &str) -> Option<Column> {
    let folded: String = header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    Some(match folded.as_str() {
        "product" | "productname" | "title" | "produkt" | "název" => Column::Product,
        "edition" | "edice" => Column::Edition,
        "quantity" | "count" | "licenses" | "licences" | "qty" | "množství" | "počet" | "kusů" => Column::Quantity,
        "agreement" | "agreementnumber" | "contract" | "licenseagreement" | "smlouva" | "číslosmlouvy" => {
            Column::Agreement
        }
        "programme" | "program" => Column::Programme,
        "keytype" | "key" | "typklíče" | "klíč" => Column::KeyType,
        "end" | "enddate" | "endson" | "expires" | "validto" | "konec" | "platnostdo" => Column::EndsOn,
        _ => return None,
    })
}

fn read_table(bytes: &[u8]) -> Result<(Vec<PriorLicense>, Vec<u32>), Problem> {
    if bytes.is_empty() {
        return Err(Problem::field("file", "fleet_upload_empty"));
    }
    if bytes.len() > PRIOR_BYTES_MAX {
        return Err(Problem::field("file", "fleet_upload_too_large"));
    }
    let unreadable = || Problem::field("file", "fleet_table_unreadable");
    let text = decode(bytes, None).map_err(|_| unreadable())?.text;
    let text = text.trim_start();
    let header = text.lines().next().unwrap_or_default().as_bytes();
    let delimiter = [b'\t', b';', b','].into_iter().find(|delimiter| header.contains(delimiter)).unwrap_or(b',');
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let columns: Vec<Option<Column>> = reader.headers().map_err(|_| unreadable())?.iter().map(column).collect();
    if !columns.contains(&Some(Column::Product)) || !columns.contains(&Some(Column::Quantity)) {
        return Err(Problem::field("file", "fleet_columns_unknown"));
    }
    let (mut licenses, mut bad_lines) = (Vec::new(), Vec::new());
    for (line, record) in (2_u32..).zip(reader.records()) {
        let record = record.map_err(|_| unreadable())?;
        if licenses.len() + bad_lines.len() >= LINES_MAX {
            return Err(Problem::field("file", "fleet_upload_too_large"));
        }
        match license(&columns, &record) {
            Some(license) => licenses.push(license),
            None => bad_lines.push(line),
        }
    }
    Ok((licenses, bad_lines))
}

fn license(columns: &[Option<Column>], record: &csv::StringRecord) -> Option<PriorLicense> {
    let cell = |wanted: Column| {
        let at = columns.iter().position(|column| *column == Some(wanted))?;
        record.get(at).map(str::trim).filter(|cell| !cell.is_empty())
    };
    let text = |wanted: Column| cell(wanted).unwrap_or_default().to_owned();
    let product = [cell(Column::Product)?, cell(Column::Edition).unwrap_or_default()].join(" ");
    let folded = text(Column::KeyType).to_uppercase();
    let key_type = match folded.as_str() {
        "KMS" => PriorKeyType::Kms,
        "MAK" => PriorKeyType::Mak,
        _ => PriorKeyType::Other,
    };
    let license = PriorLicense {
        programme: text(Column::Programme),
        agreement: text(Column::Agreement),
        product,
        quantity: cell(Column::Quantity)?.replace([' ', '\u{a0}'], "").parse().ok()?,
        key_type,
        ends_on: cell(Column::EndsOn).and_then(|day| day.parse().ok()),
    };
    license.checked().ok()
}
