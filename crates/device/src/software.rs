//! What the publisher builds into its software: where the installation is, which keys it pins, and what it is.
//!
//! Also read from a file of JSON beside the software, which the command line's `pin` writes once for a publisher.

use std::path::PathBuf;

use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};
use perpetua_license::certificate::{PRODUCT_BYTES_MAX, Version};
use perpetua_license::exchange::seal::InstallationPublic;
use perpetua_license::exchange::typed::TypedSecret;
use perpetua_license::signing::PublicKey;
use serde_json::{Value, json};

use crate::error::Error;

/// What is built in.
#[derive(Debug, Clone)]
pub struct Software {
    /// The address of the installation, such as `https://perpetua.example`, without a slash at its end.
    pub server: String,
    /// The root key that signs the chain of signing keys. Pinned: never fetched at run time.
    pub root: PublicKey,
    /// The installation's key, to which product keys are sealed.
    pub installation: InstallationPublic,
    /// The product as the installation knows it, 1 to 64 bytes.
    pub product: String,
    /// The version of this software.
    pub version: Version,
    /// The chain of signing keys at the time of building, for machines that never reach the network.
    pub chain: Option<Vec<u8>>,
    /// The product's secret for typed codes. Without it there are none.
    pub typed_secret: Option<TypedSecret>,
    /// A file of certificates (PEM) that the installation's TLS is checked against in place of the public ones.
    pub tls_roots: Option<PathBuf>,
}

impl Software {
    /// Reads the JSON that [`to_json`](Self::to_json) writes. Unknown members are passed over.
    ///
    /// # Errors
    /// [`Error::Software`] names the member that is missing or wrong.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let value: Value = serde_json::from_str(text).map_err(|error| Error::Software(error.to_string()))?;
        let text_of = |name: &str| value[name].as_str().map(str::to_owned);
        let needed = |name: &'static str| text_of(name).ok_or_else(|| wrong(name));
        let typed_secret = match text_of("typedSecret") {
            Some(text) => Some(TypedSecret::from_bytes(bytes32(&text, "typedSecret")?)),
            None => None,
        };
        let software = Self {
            server: needed("server")?.trim_end_matches('/').to_owned(),
            root: PublicKey::from_bytes(bytes32(&needed("root")?, "root")?),
            installation: InstallationPublic::from_bytes(bytes32(&needed("installation")?, "installation")?),
            product: needed("product")?,
            version: version(&needed("version")?)?,
            chain: text_of("chain").map(|chain| base64(&chain, "chain")).transpose()?,
            typed_secret,
            tls_roots: text_of("tlsRoots").map(PathBuf::from),
        };
        software.validate()?;
        Ok(software)
    }

    /// The JSON of everything but the secret for typed codes.
    pub fn to_json(&self) -> Value {
        json!({
            "server": self.server,
            "root": BASE64.encode(self.root.as_bytes()),
            "installation": BASE64.encode(self.installation.as_bytes()),
            "product": self.product,
            "version": format!("{}.{}", self.version.major, self.version.minor),
            "chain": self.chain.as_ref().map(|chain| BASE64.encode(chain)),
            "tlsRoots": self.tls_roots.as_ref().map(|path| path.to_string_lossy()),
        })
    }

    fn validate(&self) -> Result<(), Error> {
        let is_address = self.server.starts_with("https://") || self.server.starts_with("http://");
        if !is_address {
            return Err(wrong("server"));
        }
        let is_name = (1..=PRODUCT_BYTES_MAX).contains(&self.product.len()) && self.product.trim() == self.product;
        if is_name { Ok(()) } else { Err(wrong("product")) }
    }
}

/// A version such as `2025`, `2025.1`.
///
/// # Errors
/// [`Error::Software`].
pub fn version(text: &str) -> Result<Version, Error> {
    let (major, minor) = text.split_once('.').unwrap_or((text, "0"));
    match (major.parse(), minor.parse()) {
        (Ok(major), Ok(minor)) => Ok(Version { major, minor }),
        _ => Err(wrong("version")),
    }
}

/// 32 bytes in base64 or as 64 hexadecimal digits.
///
/// # Errors
/// [`Error::Software`].
pub fn bytes32(text: &str, name: &'static str) -> Result<[u8; 32], Error> {
    let bytes = match text.len() {
        64 => HEXLOWER_PERMISSIVE.decode(text.as_bytes()).map_err(|_| wrong(name))?,
        _ => base64(text, name)?,
    };
    bytes.try_into().map_err(|_| wrong(name))
}

fn base64(text: &str, name: &'static str) -> Result<Vec<u8>, Error> {
    BASE64.decode(text.as_bytes()).map_err(|_| wrong(name))
}

fn wrong(name: &str) -> Error {
    Error::Software(format!("`{name}` is missing or wrong"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Value {
        json!({
            "server": "https://perpetua.example/",
            "root": "11".repeat(32),
            "installation": BASE64.encode(&[2; 32]),
            "product": "OPS000000001",
            "version": "2026.1",
        })
    }

    #[test]
    fn what_is_written_is_read_again() {
        let software = Software::from_json(&sample().to_string()).unwrap();
        assert_eq!((software.server.as_str(), software.version.major), ("https://perpetua.example", 2026));
        assert_eq!(Software::from_json(&software.to_json().to_string()).unwrap().to_json(), software.to_json());
    }

    #[test]
    fn a_wrong_member_is_named() {
        for (name, value) in [
            ("server", "perpetua.example"),
            ("root", "AAAA"),
            ("installation", "not base64"),
            ("product", " blank "),
            ("version", "one"),
            ("chain", "%"),
            ("typedSecret", "00"),
        ] {
            let mut settings = sample();
            settings[name] = value.into();
            let error = Software::from_json(&settings.to_string()).unwrap_err();
            assert!(error.to_string().contains(name), "{error}");
        }
    }
}
