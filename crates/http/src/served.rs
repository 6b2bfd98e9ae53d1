//! Files on their way to a browser: whole or in part, always as an attachment, never changed on the way.

use std::io;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use futures::stream::BoxStream;
use perpetua_domain::link::RangeAnswer;

/// A file that is served.
pub struct ServedFile<'a> {
    /// What it is saved as.
    pub name: &'a str,
    /// Bytes of the whole file.
    pub size: u64,
    /// Its entity tag, quotes included.
    pub etag: String,
    /// Which part was asked for.
    pub range: RangeAnswer,
    /// The bytes; `None` for HEAD and for a range beyond the end.
    pub body: Option<BoxStream<'static, io::Result<Bytes>>>,
}

/// The answer with a file or a part of it.
pub fn answer(file: ServedFile<'_>) -> Response {
    let size = file.size;
    let (status, length, range) = match file.range {
        RangeAnswer::Whole => (StatusCode::OK, size, None),
        RangeAnswer::Part { start, end } => {
            (StatusCode::PARTIAL_CONTENT, end - start + 1, Some(format!("bytes {start}-{end}/{size}")))
        }
        RangeAnswer::Unsatisfiable => (StatusCode::RANGE_NOT_SATISFIABLE, 0, Some(format!("bytes */{size}"))),
    };
    let name = percent_encoding::utf8_percent_encode(file.name, percent_encoding::NON_ALPHANUMERIC);
    let mut headers = vec![
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{name}")),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::ETAG, file.etag),
        // Proxies must not compress or change what the checksum is of.
        (header::CACHE_CONTROL, "no-store, no-transform".to_owned()),
    ];
    headers.extend(range.map(|range| (header::CONTENT_RANGE, range)));
    let body = file.body.map_or_else(Body::empty, Body::from_stream);
    let mut response = Response::new(body);
    *response.status_mut() = status;
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// A header as text.
pub fn header_text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
