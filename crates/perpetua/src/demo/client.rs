//! The client for machines as what the demo sells first: where the built client stands beside this program, the newest
//! media of the flagship are that client with the settings of this installation, so that whoever buys it can
//! download it and activate it with the key.

use std::io::{Cursor, Write as _};

use bytes::Bytes;
use data_encoding::BASE64;
use perpetua_app::{App, Problem};
use perpetua_domain::media::Bit;
use serde_json::json;
use zip::write::SimpleFileOptions;

/// What to do with it, for whoever opens the archive.
const READ_ME: &str = "\
This is perpetua-device, the client that activates a machine with the product key of your purchase.

  perpetua-device activate     asks for the key on standard input
  perpetua-device status       says how this machine stands
  perpetua-device refresh      asks for a new certificate
  perpetua-device return       gives the activation back
  perpetua-device --help       says the rest

The settings of the demo stand in software.json beside it. A demo that is started again at another address needs that
address there.
";

/// The processor that this program, and so the client beside it, was built for.
pub const fn bit() -> Option<Bit> {
    if cfg!(target_arch = "x86_64") {
        Some(Bit::X64)
    } else if cfg!(target_arch = "aarch64") {
        Some(Bit::Arm64)
    } else {
        None
    }
}

/// The archive with the client as software of a version; `None` where no client stands beside this program.
pub async fn archive(app: &App, product: &str, version: &str) -> Result<Option<Bytes>, Problem> {
    let name = format!("perpetua-device{}", std::env::consts::EXE_SUFFIX);
    let Ok(program) = std::env::current_exe() else { return Ok(None) };
    let Ok(client) = tokio::fs::read(program.with_file_name(&name)).await else { return Ok(None) };
    let keys = app.activation.keys.get(app).await?;
    let settings = json!({
        "server": app.settings.public_url,
        "root": BASE64.encode(keys.root().as_bytes()),
        "installation": BASE64.encode(keys.installation().as_bytes()),
        "product": product,
        "version": version,
        "chain": BASE64.encode(keys.chain()),
    });
    let zipped = tokio::task::spawn_blocking(move || zipped(&name, &client, &format!("{settings:#}\n")));
    let bytes = zipped.await.map_err(Problem::internal)?.map_err(Problem::internal)?;
    Ok(Some(bytes.into()))
}

fn zipped(name: &str, client: &[u8], settings: &str) -> zip::result::ZipResult<Vec<u8>> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    // The fastest level: the demo starts while somebody waits.
    let options = SimpleFileOptions::default().compression_level(Some(1));
    for (name, mode, content) in [
        (name, 0o755, client),
        ("software.json", 0o644, settings.as_bytes()),
        ("README.txt", 0o644, READ_ME.as_bytes()),
    ] {
        archive.start_file(name, options.unix_permissions(mode))?;
        archive.write_all(content)?;
    }
    Ok(archive.finish()?.into_inner())
}
