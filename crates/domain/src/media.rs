//! Installation media and the dependent choice of version, language and bit (M15).
//!
//! Only combinations that exist are offered. What a line entitles to is decided at purchase; files,
//! checksums and storage are not here.

mod choice;
mod language;

pub use choice::{Asker, Choice, Choices, MediumFacts, Selection, VersionChoice, choices};
pub use language::MediaLanguage;

crate::text_enum! {
    /// The processor that a medium is for, called "bit" on pages.
    pub enum Bit {
        /// 64-bit.
        X64 = "x64",
        /// 32-bit.
        X86 = "x86",
        /// ARM 64-bit.
        Arm64 = "arm64",
    }
}

impl Bit {
    /// The same words in every language.
    pub const fn label(self) -> &'static str {
        match self {
            Self::X64 => "64-bit",
            Self::X86 => "32-bit",
            Self::Arm64 => "ARM 64-bit",
        }
    }

    /// Reads the stored word, the label, or a usual other name of the processor, in any case.
    pub fn from_any(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "x64" | "64-bit" | "64" | "amd64" | "x86_64" => Some(Self::X64),
            "x86" | "32-bit" | "32" | "i386" | "i686" => Some(Self::X86),
            "arm64" | "arm 64-bit" | "aarch64" => Some(Self::Arm64),
            _ => None,
        }
    }
}

crate::text_enum! {
    /// What sort of file a medium is.
    pub enum FileType {
        /// An image of a disc.
        Iso = "iso",
        /// An image of a virtual disk.
        Vhdx = "vhdx",
        /// An archive.
        Zip = "zip",
        /// A compressed tape archive.
        TarGz = "tar.gz",
        /// A Windows program that installs.
        Exe = "exe",
        /// A Windows installer package.
        Msi = "msi",
        /// A Windows app package.
        Msix = "msix",
        /// A Debian package.
        Deb = "deb",
        /// An RPM package.
        Rpm = "rpm",
        /// A macOS package.
        Pkg = "pkg",
        /// A macOS disk image.
        Dmg = "dmg",
    }
}

impl FileType {
    /// The type that a file's name ends in.
    pub fn from_file_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let ends_in = |ending: &str| {
            name.strip_suffix(ending).and_then(|rest| rest.strip_suffix('.')).is_some_and(|stem| !stem.is_empty())
        };
        if ends_in("tgz") {
            return Some(Self::TarGz);
        }
        Self::ALL.iter().copied().find(|kind| ends_in(kind.as_text()))
    }
}

/// A version of a product. The rank orders versions: a newer one has a higher rank.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Version {
    /// What people call it, such as `2024` or `5.1 LTS`.
    pub label: String,
    /// Its place in time among the versions of its product.
    pub rank: u32,
}

#[cfg(test)]
mod tests;
