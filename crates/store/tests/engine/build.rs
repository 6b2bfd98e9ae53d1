//! How the built-in SQLite was compiled (decision 0019).

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::Text;
use perpetua_store::{Conn, StoreError};

use crate::setup::{Fresh, block_on};

#[derive(QueryableByName)]
struct Flag {
    #[diesel(sql_type = Text)]
    compile_options: String,
}

#[test]
fn connections_share_no_locks_and_plans_follow_the_text() {
    block_on(async {
        let ask = |conn: &mut Conn, (): &()| {
            let flags: Vec<Flag> = diesel::sql_query("PRAGMA compile_options").load(conn)?;
            Ok::<_, StoreError>(flags.into_iter().map(|flag| flag.compile_options).collect::<BTreeSet<_>>())
        };
        let flags = Fresh::sqlite().open().write((), ask).await.unwrap();
        for present in ["THREADSAFE=2", "DEFAULT_MEMSTATUS=0", "ENABLE_QPSG"] {
            assert!(flags.contains(present), "{present} is missing in {flags:?}");
        }
        for absent in ["ENABLE_STAT4", "ENABLE_MEMORY_MANAGEMENT", "ENABLE_API_ARMOR"] {
            assert!(!flags.contains(absent), "{absent} is in {flags:?}");
        }
    });
}
