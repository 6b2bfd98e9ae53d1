//! The operations of the interface as data: path, right, documentation and handler in one row.
//!
//! The table decides routing, the check of rights, idempotency, the `OpenAPI` document and the grid test, so
//! that no handler repeats any of it.

use futures::future::BoxFuture;
use perpetua_domain::access::Permission;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::call::{Answer, Call};
use crate::wire::fault::Fault;

/// What a handler is.
pub type Handler = fn(Call) -> BoxFuture<'static, Result<Answer, Fault>>;

/// Makes a handler of an async function.
#[macro_export]
macro_rules! handler {
    ($function:path) => {
        |call| ::std::boxed::Box::pin($function(call))
    };
}

/// Who may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody with a token.
    Token,
    /// Whoever has the right over the partner's own things.
    Own(Permission),
    /// Whoever has the right over the customer `{c}` of the path.
    Customer(Permission),
}

impl Access {
    /// Whether a reading is itself recorded, because it shows a key or opens a download.
    pub const fn is_sensitive(self) -> bool {
        matches!(self, Self::Customer(Permission::KeyReveal | Permission::MediaDownload))
    }
}

/// A parameter of the query, for the document.
#[derive(Debug, Clone, Copy)]
pub struct QueryParam {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub text: &'static str,
    /// Whether it must be there.
    pub required: bool,
}

/// Schemas by name, as they are gathered for the document.
pub type Schemas = Vec<(String, RefOr<Schema>)>;

/// One operation.
#[derive(Clone)]
pub struct Operation {
    /// The contract's name of it, such as `C-02`.
    pub id: &'static str,
    /// In capitals.
    pub method: &'static str,
    /// The pattern of its path.
    pub path: &'static str,
    /// One line that says what it does.
    pub summary: &'static str,
    /// Who may call.
    pub access: Access,
    /// Parameters of the query.
    pub query: Vec<QueryParam>,
    /// A body that works, as JSON; the document takes the schema from it.
    pub example: Option<&'static str>,
    /// The status of success.
    pub status: u16,
    /// Gathers the schema of the answer and names it; `None` for answers without a body or of another type.
    pub answer: Option<fn(&mut Schemas) -> RefOr<Schema>>,
    /// The type of the answer.
    pub content_type: &'static str,
    /// Whether a repeated write is safe by itself, so that its request id claims nothing.
    pub unclaimed: bool,
    /// Whether its body is a file, which the handler reads as it comes.
    pub takes_file: bool,
    /// Runs it.
    pub handler: Handler,
}

impl Operation {
    fn new(method: &'static str, id: &'static str, path: &'static str, handler: Handler) -> Self {
        Self {
            id,
            method,
            path,
            summary: "",
            access: Access::Token,
            query: Vec::new(),
            example: None,
            status: 200,
            answer: None,
            content_type: "application/json",
            unclaimed: false,
            takes_file: false,
            handler,
        }
    }

    /// An operation that reads.
    pub fn get(id: &'static str, path: &'static str, handler: Handler) -> Self {
        Self::new("GET", id, path, handler)
    }

    /// An operation that adds, with a body that works.
    pub fn post(id: &'static str, path: &'static str, handler: Handler, example: &'static str) -> Self {
        Self { example: Some(example), ..Self::new("POST", id, path, handler) }
    }

    /// An operation that adds a file, which is the body.
    pub fn upload(id: &'static str, path: &'static str, handler: Handler) -> Self {
        Self { takes_file: true, ..Self::new("POST", id, path, handler) }
    }

    /// An operation that replaces.
    pub fn put(id: &'static str, path: &'static str, handler: Handler, example: &'static str) -> Self {
        Self { example: Some(example), ..Self::new("PUT", id, path, handler) }
    }

    /// An operation that changes.
    pub fn patch(id: &'static str, path: &'static str, handler: Handler, example: &'static str) -> Self {
        Self { example: Some(example), ..Self::new("PATCH", id, path, handler) }
    }

    /// An operation that removes.
    pub fn delete(id: &'static str, path: &'static str, handler: Handler) -> Self {
        Self { status: 204, ..Self::new("DELETE", id, path, handler) }
    }

    /// What it does, in one line.
    #[must_use]
    pub fn says(mut self, summary: &'static str) -> Self {
        self.summary = summary;
        self
    }

    /// The right over the partner's own things.
    #[must_use]
    pub fn own(mut self, permission: Permission) -> Self {
        self.access = Access::Own(permission);
        self
    }

    /// The right over the customer in the path.
    #[must_use]
    pub fn over_customer(mut self, permission: Permission) -> Self {
        self.access = Access::Customer(permission);
        self
    }

    /// An optional parameter of the query.
    #[must_use]
    pub fn asks(mut self, name: &'static str, text: &'static str) -> Self {
        self.query.push(QueryParam { name, text, required: false });
        self
    }

    /// A parameter of the query that must be there.
    #[must_use]
    pub fn demands(mut self, name: &'static str, text: &'static str) -> Self {
        self.query.push(QueryParam { name, text, required: true });
        self
    }

    /// The resource that it answers with.
    #[must_use]
    pub fn answers<T: ToSchema>(mut self, status: u16) -> Self {
        self.status = status;
        self.answer = Some(schema_of::<T>);
        self
    }

    /// An answer of another type, such as a document.
    #[must_use]
    pub fn sends(mut self, content_type: &'static str) -> Self {
        self.content_type = content_type;
        self
    }

    /// A write whose repetition changes nothing more.
    #[must_use]
    pub fn unclaimed(mut self) -> Self {
        self.unclaimed = true;
        self
    }

    /// Whether it changes something.
    pub fn is_write(&self) -> bool {
        self.method != "GET"
    }
}

fn schema_of<T: ToSchema>(schemas: &mut Schemas) -> RefOr<Schema> {
    T::schemas(schemas);
    let name = T::name();
    let schema = <T as PartialSchema>::schema();
    // A type without a name of its own, such as a list or a collection of something, stands where it is used.
    let is_generic = std::any::type_name::<T>().contains('<');
    if name.is_empty() || is_generic || matches!(&schema, RefOr::T(Schema::Array(_))) {
        return schema;
    }
    schemas.push((name.to_string(), schema));
    RefOr::Ref(utoipa::openapi::Ref::from_schema_name(name.to_string()))
}
