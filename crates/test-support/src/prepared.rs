//! Which statements a connection prepares anew each time: each costs more than running it (store's `prepared`).

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use diesel::connection::{CacheSize, Connection as _, InstrumentationEvent};
use perpetua_store::Conn;

#[derive(Default)]
struct Seen {
    run: BTreeSet<String>,
    kept: BTreeSet<String>,
}

/// Runs `work` on the connection and answers with the statements of it that do not stay prepared.
pub fn unprepared<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> T) -> (T, Vec<String>) {
    let seen = Arc::new(Mutex::new(Seen::default()));
    let noted = Arc::clone(&seen);
    // What was prepared before would not be told.
    conn.set_prepared_statement_cache_size(CacheSize::Disabled);
    conn.set_prepared_statement_cache_size(CacheSize::Unbounded);
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        let mut seen = noted.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            InstrumentationEvent::StartQuery { query, .. } => {
                let text = query.to_string();
                seen.run.insert(text.split(" -- binds").next().unwrap_or_default().to_owned());
            }
            InstrumentationEvent::CacheQuery { sql, .. } => {
                seen.kept.insert(sql.to_owned());
            }
            _ => {}
        }
    });
    let answer = work(conn);
    conn.set_instrumentation(|_: InstrumentationEvent<'_>| {});
    let seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    (answer, seen.run.difference(&seen.kept).cloned().collect())
}
