//! Code pages of consoles and old editors, one character per byte from 0x80 on.
//!
//! DOS 437, 850 and 852 are tables here because the encoding library, made for the web, lacks them.

use encoding_rs::{Encoding as Table, IBM866, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252};

use super::Encoding;

/// United States console.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// Western European console.
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// Central European console.
const CP852: &str = "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u{ad}˝˛ˇ˘§÷¸°¨˙űŘř■\u{a0}";

/// The text of bytes in a single-byte encoding; bytes without a character become U+FFFD.
pub fn decode(bytes: &[u8], encoding: Encoding) -> String {
    match encoding {
        Encoding::Cp437 => by_table(bytes, CP437),
        Encoding::Cp850 => by_table(bytes, CP850),
        Encoding::Cp852 => by_table(bytes, CP852),
        Encoding::Cp866 => by_library(bytes, IBM866),
        Encoding::Windows1250 => by_library(bytes, WINDOWS_1250),
        Encoding::Windows1251 => by_library(bytes, WINDOWS_1251),
        Encoding::Windows1252 | Encoding::Utf8 | Encoding::Utf16Le | Encoding::Utf16Be => {
            by_library(bytes, WINDOWS_1252)
        }
    }
}

fn by_library(bytes: &[u8], table: &'static Table) -> String {
    table.decode_without_bom_handling(bytes).0.into_owned()
}

fn by_table(bytes: &[u8], table: &str) -> String {
    let high: Vec<char> = table.chars().collect();
    bytes
        .iter()
        .map(|byte| match byte.checked_sub(0x80) {
            None => char::from(*byte),
            Some(at) => high.get(usize::from(at)).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_table_has_a_character_for_every_high_byte() {
        for table in [CP437, CP850, CP852] {
            assert_eq!(table.chars().count(), 128);
        }
    }

    #[test]
    fn czech_reads_from_its_console_page_and_german_from_his() {
        assert_eq!(decode(b"P\xfd\xa1li\xe7 \xa7lu\x9cou\x9fk\xec", Encoding::Cp852), "Příliš žluťoučký");
        assert_eq!(decode(b"Schl\x81ssel", Encoding::Cp850), "Schlüssel");
        assert_eq!(decode(b"\xe8\xe1st", Encoding::Windows1250), "část");
    }
}
