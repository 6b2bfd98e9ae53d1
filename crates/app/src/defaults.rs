//! What a new installation begins with: the default policy (60 days, 100 %) and standard tax rates.
//!
//! The rates are data, not code: a file that is imported once, and that the operator keeps up to date
//! from then on. Installing again changes nothing.

use perpetua_domain::policy::PolicyTerms;
use perpetua_store::policies::{self, DEFAULT_SCOPE, PolicyRow};
use perpetua_store::tax_rates as stored_rates;

use crate::caller::IdSeed;
use crate::context::App;
use crate::entropy::EntropyExt as _;
use crate::problem::Problem;
use crate::tax_rates::{self, NewRate};

/// Standard rates of the European Union and some neighbors, by the day from which they hold.
const TAX_RATES: &str = include_str!("../data/tax-rates.csv");

/// Adds what is missing: the default policy, and tax rates when there are none at all.
pub async fn install(app: &App) -> Result<(), Problem> {
    let rates: Vec<NewRate> = tax_rates::read_csv(TAX_RATES.as_bytes())?;
    let at = app.clock.now();
    let seed = IdSeed::new(app.real_clock.now(), app.entropy.bytes());
    app.store
        .write((seed, rates), move |conn, (seed, rates)| {
            let mut ids = seed.ids();
            if policies::find(conn, DEFAULT_SCOPE)?.is_none() {
                let row = PolicyRow::new(ids.next(), DEFAULT_SCOPE, &PolicyTerms::default(), None, at.into());
                policies::insert(conn, &row)?;
            }
            if stored_rates::list(conn)?.is_empty() {
                for rate in rates {
                    tax_rates::append(conn, &mut ids, rate)?;
                }
            }
            Ok(())
        })
        .await
}
