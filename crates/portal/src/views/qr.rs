//! QR codes as lines of a vector drawing: one row of modules is one line, so the drawing is small and sharp at any size.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

/// Light modules around the code, which readers need to find it.
const QUIET: i32 = 4;

/// A QR code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qr {
    /// Modules per side, the light border counted.
    pub side: i32,
    /// The dark modules as the `d` of an SVG path that is stroked with a width of 1.
    pub path: String,
}

impl Qr {
    /// The code of a text; `None` for one that is too long for any, which has more than 2,000 characters.
    pub fn of(text: &str) -> Option<Self> {
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
        let mut path = String::new();
        for y in 0..code.size() {
            let (mut x, mut pen) = (0, None);
            while x < code.size() {
                let dark = (x..code.size()).take_while(|x| code.get_module(*x, y)).count();
                let dark = i32::try_from(dark).unwrap_or(0);
                if dark == 0 {
                    x += 1;
                    continue;
                }
                // The first of a row from the corner, the others from where the pen is.
                let _ = match pen {
                    None => write!(path, "M{} {}.5h{dark}", x + QUIET, y + QUIET),
                    Some(from) => write!(path, "m{} 0h{dark}", x - from),
                };
                x += dark;
                pen = Some(x);
            }
        }
        Some(Self { side: code.size() + 2 * QUIET, path })
    }
}
