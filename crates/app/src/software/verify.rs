//! How a person checks a file's signature with widespread tools alone, so that nobody has to take our word for it.

use super::MediumView;
use crate::context::App;
use crate::downloads::quoted;
use crate::problem::Problem;
use crate::signing::PublicKey;

impl MediumView {
    /// The address of the public key that checks this signature.
    pub fn key_address(&self, app: &App) -> String {
        format!("{}/signing-keys/{}.pem", app.settings.public_url, self.signing_key)
    }

    /// Commands for a POSIX shell with curl and OpenSSL 3, one a line: they fetch the public key, write the
    /// signature and the signed text beside the file, and compare. The text is made from the file itself.
    pub fn check_commands(&self, app: &App) -> String {
        let [file, text, signature] = ["", ".txt", ".sig"].map(|end| quoted(&format!("{}{end}", self.file_name)));
        let key = quoted(&format!("{}.pem", self.signing_key));
        let (product, version) = (quoted(&self.product_id), quoted(&self.version));
        [
            format!("curl --fail --output {key} {}", quoted(&self.key_address(app))),
            format!("echo {} | openssl base64 -d -A -out {signature}", quoted(&self.signature)),
            format!(
                "printf 'perpetua-media-1\\n%s\\n%s\\n%s\\n%s\\n' {product} {version} \
                 \"$(sha256sum < {file} | cut -c1-64)\" \"$(($(wc -c < {file})))\" > {text}"
            ),
            format!("openssl pkeyutl -verify -pubin -inkey {key} -rawin -in {text} -sigfile {signature}"),
        ]
        .join("\n")
    }
}

/// A public signing key of this installation, also an earlier one, in PEM. Anybody may have it.
///
/// # Errors
///
/// `not_found` for an id that no key of ours has.
pub async fn public_key(app: &App, id: &str) -> Result<String, Problem> {
    let rows = app.store.read(perpetua_store::secrets::signing_keys).await?;
    let row = rows.into_iter().find(|row| row.id == id).ok_or_else(Problem::not_found)?;
    let bytes: [u8; 32] = row.public_key.as_slice().try_into().map_err(Problem::internal)?;
    Ok(PublicKey::from_bytes(&bytes).ok_or_else(|| Problem::internal("a stored public key is none"))?.to_pem())
}
