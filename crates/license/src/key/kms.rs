//! The generic client keys for key management services that the platform maker publishes, recognised by hash.
//!
//! Such a key in place of ours deserves an explanation instead of a mere refusal (M21). Only the first 8 bytes of
//! each SHA-256 are here: no key of another publisher stands in this program. A host key cannot be told from its
//! text.

use sha2::{Digest, Sha256};

use super::{FOREIGN_LENGTH, is_separator};

/// Whether the text is a published client key, in any case and with any separators.
pub fn is_kms_client_key(text: &str) -> bool {
    is_listed(text, &CLIENT_KEYS)
}

fn is_listed(text: &str, table: &[u64]) -> bool {
    let characters = || text.chars().filter(|c| !is_separator(*c));
    characters().take(FOREIGN_LENGTH + 1).count() == FOREIGN_LENGTH
        && table.binary_search(&start_of_hash(&characters().collect::<String>().to_uppercase())).is_ok()
}

/// The first 8 bytes of the SHA-256 of the characters without separators, most significant first.
fn start_of_hash(characters: &str) -> u64 {
    Sha256::digest(characters).iter().take(8).fold(0, |start, byte| start << 8 | u64::from(*byte))
}

/// In ascending order.
const CLIENT_KEYS: [u64; 78] = [
    0x06ba_f1ac_86f2_20b3,
    0x078d_1562_38c1_2bb9,
    0x116a_81c4_47f5_728b,
    0x133b_a5a0_6c1d_5415,
    0x1396_abb9_eb49_4525,
    0x1830_b3fe_be01_bd34,
    0x196d_41b5_3dce_aa5c,
    0x1a73_7375_58c3_7f6f,
    0x1cae_6b5d_6354_04c9,
    0x1e93_b5d5_83d0_5717,
    0x2138_dbc5_9c0c_0a8f,
    0x2274_dd7d_2bad_1037,
    0x25bb_fa13_c37e_05df,
    0x34b3_1b48_e012_ab38,
    0x3650_b481_dea3_a877,
    0x3ab2_5281_36e2_6fda,
    0x3be5_b425_b71c_07d7,
    0x3fdf_7cc1_c7a2_8f0a,
    0x42aa_c321_46ed_b8d3,
    0x4346_2558_7a9c_b4cb,
    0x507e_647e_7dc7_d8db,
    0x51c7_d959_76e1_f8a0,
    0x525f_e83e_9e05_a9b1,
    0x5562_a582_443b_24c3,
    0x559b_2aca_e5c8_b3e2,
    0x568a_5c24_90e6_d55f,
    0x5848_ed8d_e311_1646,
    0x587e_c5dc_9f78_24b0,
    0x589c_84d9_02b6_7c7e,
    0x5b65_f473_691b_74a0,
    0x5cc7_cc84_9349_7e69,
    0x61c9_67c8_4187_2aca,
    0x62f6_2c57_6285_7ace,
    0x69f9_4ed4_ce09_d10a,
    0x6cbc_d042_c552_4d24,
    0x74af_6af4_0e9d_6485,
    0x7712_3504_de53_f45f,
    0x85f1_adc1_32c9_6ddf,
    0x8657_ec57_7a19_7f0a,
    0x86f7_186f_df34_6c57,
    0x8a48_6c1c_899e_8907,
    0x8ad7_a834_f6f2_6d07,
    0x8dd2_24d3_8cc3_35b7,
    0x9124_2a7d_e253_4d86,
    0x92c5_99df_9155_aa1f,
    0x93d5_1ed7_72ef_a0d0,
    0x94b4_2bf4_5385_0a94,
    0x9903_e295_6c98_c0f9,
    0x9a86_3f94_1778_2bd5,
    0x9e2b_17c4_c415_bbf4,
    0x9ea1_bc62_fc7c_fa9a,
    0x9f6c_43f6_69f6_b3a8,
    0xa020_8640_6d6b_a645,
    0xa215_f008_3e64_f849,
    0xa726_8d21_53c6_3123,
    0xaa7d_ca14_01ad_df4a,
    0xacc4_d7f9_5422_3b3f,
    0xaffc_9b39_f412_3b5b,
    0xb36d_1c38_fdf4_9acf,
    0xb84e_0a2b_7972_9b81,
    0xbe74_7631_db76_abda,
    0xbe9d_d100_b282_88d7,
    0xc71c_09d5_8d34_cdd8,
    0xc963_24e5_c579_fcc4,
    0xcad9_a9c6_603b_5cba,
    0xcaf3_4f8b_a2ef_eca1,
    0xccd5_137e_5034_7d08,
    0xd4e1_8d28_2656_2497,
    0xd874_e94a_6ab6_9f99,
    0xde5e_096e_ae1b_590d,
    0xdf5d_0c93_75d7_44dd,
    0xe050_1862_2dd1_3b0f,
    0xe284_8ce4_0a3a_31ca,
    0xe557_21b8_0d01_82e9,
    0xe7dd_a2f7_c301_1434,
    0xf380_85d9_e57c_c538,
    0xf500_ce69_ec44_d57b,
    0xf5cf_8319_ae91_a58d,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hashes_are_in_the_order_that_the_search_needs() {
        assert!(CLIENT_KEYS.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn other_texts_are_no_client_keys() {
        for text in ["", "AAAAA", "AAAAAAAAAAAAAAAAAAAAAAAAA", "\u{1f511}", &"Ž".repeat(25), &"A".repeat(100_000)] {
            assert!(!is_kms_client_key(text));
        }
    }

    /// With an invented key and its hash, for no real one may stand here.
    #[test]
    fn a_listed_key_is_recognised_however_it_is_written() {
        let table = [start_of_hash("FKE01FKE02FKE03FKE04FKE05")];
        for text in ["FKE01FKE02FKE03FKE04FKE05", " fke01-FKE02\u{2013}fke03 FKE04-fke05\r\n"] {
            assert!(is_listed(text, &table), "{text}");
        }
        assert!(!is_listed("FKE01FKE02FKE03FKE04FKE06", &table));
    }
}
