//! How domain values stand in columns: ids as 16 bytes, time as microseconds, enums as checked text.

use std::fmt;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{BigInt, Binary, Text};
use diesel::{AsExpression, FromSqlRow};
use jiff::Timestamp;
use perpetua_domain::text_enum::TextEnum;
use uuid::Uuid;

/// A typed id in a 16-byte column.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Binary)]
pub struct Id<T>(pub T);

impl<T: fmt::Display> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> From<T> for Id<T> {
    fn from(id: T) -> Self {
        Self(id)
    }
}

impl<T, DB> FromSql<Binary, DB> for Id<T>
where
    DB: Backend,
    T: From<Uuid>,
    Vec<u8>: FromSql<Binary, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let bytes = Vec::<u8>::from_sql(bytes)?;
        Ok(Self(T::from(Uuid::from_slice(&bytes)?)))
    }
}

impl<T, DB> ToSql<Binary, DB> for Id<T>
where
    DB: Backend,
    T: AsRef<[u8]> + fmt::Display,
    [u8]: ToSql<Binary, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.as_ref().to_sql(out)
    }
}

/// An instant in UTC microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = BigInt)]
pub struct Utc(i64);

impl Utc {
    /// The instant itself. Microseconds outside jiff's range clamp to its ends.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 { Timestamp::MIN } else { Timestamp::MAX })
    }

    /// Microseconds since 1970.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// From microseconds since 1970.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }
}

impl From<Timestamp> for Utc {
    fn from(at: Timestamp) -> Self {
        Self(at.as_microsecond())
    }
}

impl<DB> FromSql<BigInt, DB> for Utc
where
    DB: Backend,
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        i64::from_sql(bytes).map(Self)
    }
}

impl<DB> ToSql<BigInt, DB> for Utc
where
    DB: Backend,
    i64: ToSql<BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

/// A domain enum in a text column. A word that the enum does not know is an error of the row, not a
/// default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Word<E>(pub E);

impl<E> From<E> for Word<E> {
    fn from(value: E) -> Self {
        Self(value)
    }
}

impl<E, DB> FromSql<Text, DB> for Word<E>
where
    DB: Backend,
    E: TextEnum,
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let text = String::from_sql(bytes)?;
        E::parse(&text).map(Self).ok_or_else(|| format!("{text:?} is no {}", std::any::type_name::<E>()).into())
    }
}

impl<E, DB> ToSql<Text, DB> for Word<E>
where
    DB: Backend,
    E: TextEnum + fmt::Debug,
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        let text: &'static str = self.0.as_text();
        text.to_sql(out)
    }
}

/// How much of a list to read: at most `limit` rows (1 to 1,000) after the last row of the page
/// before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<K> {
    /// The sort key of the last row already seen.
    pub after: Option<K>,
    /// Rows wanted.
    pub limit: i64,
}
