//! How a machine and the installation talk: requests and responses, the same for machines with network, for files
//! carried by hand, for QR codes, and codes that people type.
//!
//! A [`request`] is signed by the machine and holds the product key sealed to the installation ([`seal`]). A
//! [`response`] is signed by the installation and holds a certificate or a refusal. [`file`](mod@file) puts them
//! into text files and QR codes, many at once for closed sites. [`long_code`] is a whole signed certificate that
//! can be typed; [`typed`] is a short code of digits that is only as good as the software is closed.

pub mod digits;
pub mod file;
pub mod long_code;
pub mod request;
pub mod response;
pub mod seal;
pub mod symbols;
#[cfg(test)]
mod tests;
pub mod typed;

/// 16 random bytes that tie a response to its request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nonce(pub [u8; 16]);

impl Nonce {
    /// The first 8 bytes, which certificates repeat.
    pub fn tag(&self) -> [u8; 8] {
        let mut tag = [0; 8];
        tag.copy_from_slice(&self.0[..8]);
        tag
    }
}
