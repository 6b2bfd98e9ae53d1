//! Questions that `perpetua doctor` asks across tables: each answers with the rows that break a rule
//! which every write keeps (I1, I4, I8). They read only, and whole tables; no page asks them.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary};
use uuid::Uuid;

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::number_series;

/// Rows that one check names at most.
pub const FOUND_MAX: usize = 100;

/// One question: a stable code, and the query that answers with the ids of the rows that break it.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Its message is `doctor-CODE`.
    pub code: &'static str,
    sql: &'static str,
}

/// All questions.
pub const CHECKS: &[Check] = &[
    Check {
        code: "account-balance",
        sql: "SELECT a.partner_id AS id FROM partner_account a LEFT JOIN \
              (SELECT partner_id, CAST(SUM(amount) AS BIGINT) AS amount FROM ledger_entry GROUP BY partner_id) l \
              ON l.partner_id = a.partner_id WHERE a.balance <> COALESCE(l.amount, 0)",
    },
    Check {
        code: "order-total",
        sql: "SELECT o.id FROM orders o LEFT JOIN \
              (SELECT order_id, CAST(SUM(net) AS BIGINT) AS net, CAST(SUM(tax) AS BIGINT) AS tax \
               FROM order_line GROUP BY order_id) l ON l.order_id = o.id \
              WHERE o.total <> o.net + o.tax OR o.net <> COALESCE(l.net, 0) OR o.tax <> COALESCE(l.tax, 0) \
              OR l.order_id IS NULL",
    },
    Check {
        code: "order-charged",
        sql: "SELECT o.id FROM orders o LEFT JOIN \
              (SELECT order_id, CAST(SUM(amount) AS BIGINT) AS amount FROM ledger_entry \
               WHERE kind = 'order' GROUP BY order_id) e ON e.order_id = o.id \
              WHERE o.state <> 'pending' AND o.total <> COALESCE(e.amount, 0)",
    },
    Check {
        code: "key-per-line",
        sql: "SELECT l.id FROM order_line l JOIN orders o ON o.id = l.order_id \
              LEFT JOIN product_key k ON k.line_id = l.id WHERE o.state <> 'pending' AND k.id IS NULL",
    },
    Check {
        code: "key-of-cancelled",
        sql: "SELECT l.id FROM order_line l JOIN product_key k ON k.line_id = l.id \
              WHERE l.state = 'cancelled' AND k.state = 'active'",
    },
    Check {
        code: "link-of-cancelled",
        sql: "SELECT d.id FROM download_link d JOIN order_line l ON l.id = d.line_id \
              WHERE l.state = 'cancelled' AND d.state = 'active'",
    },
    Check {
        code: "credit-above-charge",
        sql: "SELECT id FROM order_line WHERE credited_net > net OR credited_tax > tax OR cancelled_quantity > quantity",
    },
    Check {
        code: "credit-notes-of-line",
        sql: "SELECT l.id FROM order_line l LEFT JOIN \
              (SELECT line_id, CAST(SUM(quantity) AS BIGINT) AS quantity, CAST(SUM(net) AS BIGINT) AS net, \
               CAST(SUM(tax) AS BIGINT) AS tax FROM credit_note_line GROUP BY line_id) c ON c.line_id = l.id \
              WHERE l.credited_net <> COALESCE(c.net, 0) OR l.credited_tax <> COALESCE(c.tax, 0) \
              OR l.cancelled_quantity <> COALESCE(c.quantity, 0)",
    },
    Check {
        code: "credit-note-total",
        sql: "SELECT n.id FROM credit_note n LEFT JOIN \
              (SELECT credit_note_id, CAST(SUM(net) AS BIGINT) AS net, CAST(SUM(tax) AS BIGINT) AS tax \
               FROM credit_note_line GROUP BY credit_note_id) l ON l.credit_note_id = n.id \
              WHERE n.total <> n.net + n.tax OR n.net <> COALESCE(l.net, 0) OR n.tax <> COALESCE(l.tax, 0)",
    },
    Check {
        code: "credit-note-posted",
        sql: "SELECT n.id FROM credit_note n LEFT JOIN \
              (SELECT credit_note_id, CAST(SUM(amount) AS BIGINT) AS amount FROM ledger_entry \
               WHERE kind = 'credit' GROUP BY credit_note_id) e ON e.credit_note_id = n.id \
              WHERE -n.total <> COALESCE(e.amount, 0)",
    },
    Check {
        code: "invoice-total",
        sql: "SELECT i.id FROM invoice i LEFT JOIN \
              (SELECT invoice_id, CAST(SUM(amount) AS BIGINT) AS amount FROM ledger_entry \
               WHERE invoice_id IS NOT NULL GROUP BY invoice_id) e ON e.invoice_id = i.id \
              WHERE i.state = 'closed' AND (i.total <> i.net + i.tax OR i.total <> COALESCE(e.amount, 0))",
    },
    Check {
        code: "subscription-per-line",
        sql: "SELECT l.id FROM order_line l LEFT JOIN subscription s ON s.line_id = l.id \
              LEFT JOIN renewal r ON r.from_line_id = l.id \
              WHERE l.kind = 'subscription' AND l.term_ends_at IS NOT NULL AND s.id IS NULL AND r.order_id IS NULL",
    },
    Check {
        code: "subscription-of-cancelled",
        sql: "SELECT s.id FROM subscription s JOIN order_line l ON l.id = s.line_id \
              WHERE (s.state = 'deleted') <> (l.state = 'cancelled')",
    },
];

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Binary)]
    id: Vec<u8>,
}

/// The rows that break a rule, at most [`FOUND_MAX`].
pub fn broken(conn: &mut Conn, check: &Check) -> Result<Vec<Uuid>, StoreError> {
    let found: Vec<Found> = diesel::sql_query(format!("{} LIMIT {FOUND_MAX}", check.sql)).load(conn)?;
    Ok(found.into_iter().filter_map(|row| Uuid::from_slice(&row.id).ok()).collect())
}

/// A number series and the next number that it will give.
pub fn series(conn: &mut Conn) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(number_series::table.order(number_series::name).select((number_series::name, number_series::next)).load(conn)?)
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// How many rows of a table bear a number. `table` is a name of ours, with its condition.
pub fn numbered(conn: &mut Conn, table: &'static str) -> Result<i64, StoreError> {
    let sql = format!("SELECT CAST(COUNT(*) AS BIGINT) AS number FROM {table}");
    Ok(diesel::sql_query(sql).get_result::<Counted>(conn)?.number)
}
