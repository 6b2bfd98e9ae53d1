//! The schema of a request, as its example shows it.

use serde_json::Value;
use utoipa::openapi::schema::AnyOf;
use utoipa::openapi::{ArrayBuilder, ObjectBuilder, RefOr, Schema, Type};

/// The schema of which the value is one. Nothing is required: what must be there is said by the refusals.
pub fn schema_of(value: &Value) -> RefOr<Schema> {
    let plain = |kind: Type| Schema::Object(ObjectBuilder::new().schema_type(kind).build());
    RefOr::T(match value {
        Value::Null => Schema::AnyOf(AnyOf::new()),
        Value::Bool(_) => plain(Type::Boolean),
        Value::Number(number) if number.is_f64() => plain(Type::Number),
        Value::Number(_) => plain(Type::Integer),
        Value::String(_) => plain(Type::String),
        Value::Array(entries) => {
            let entry = entries.first().map_or_else(|| RefOr::T(plain(Type::Object)), schema_of);
            Schema::Array(ArrayBuilder::new().items(entry).build())
        }
        Value::Object(fields) => {
            let object = ObjectBuilder::new().schema_type(Type::Object);
            let with =
                |object: ObjectBuilder, (name, value): (&String, &Value)| object.property(name, schema_of(value));
            Schema::Object(fields.iter().fold(object, with).build())
        }
    })
}
