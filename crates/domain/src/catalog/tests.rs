//! The forms of ids, published hash values, and that different facts give different ids.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn facts(billing_plan: &str) -> AvailabilityFacts<'_> {
    AvailabilityFacts {
        product: ProductId::parse("OPS000000001").unwrap(),
        sku: SkuId::parse("0001").unwrap(),
        market: Country::parse("DE").unwrap(),
        segment: Segment::Commercial,
        term: Term::Perpetual,
        billing_plan,
    }
}

#[test]
fn ids_have_their_length_and_alphabet() {
    assert_eq!(ProductId::parse("OPS000000001").unwrap().to_string(), "OPS000000001");
    for bad in ["", "OPS00000001", "OPS0000000001", "ops000000001", "OPS00000000:", "OPS0000000é"] {
        assert_eq!(ProductId::parse(bad), None, "{bad:?}");
    }
    assert_eq!(SkuId::parse("1"), None);
}

#[test]
fn a_sheet_sku_gets_its_lost_zeros_back() {
    for (text, sku) in [("1", "0001"), ("0001", "0001"), (" 12b ", "012B"), ("1A2B", "1A2B")] {
        assert_eq!(SkuId::from_sheet(text).unwrap().as_str(), sku, "{text:?}");
    }
    for bad in ["", " ", "00001", "1.0", "-1"] {
        assert_eq!(SkuId::from_sheet(bad), None, "{bad:?}");
    }
}

#[test]
fn a_sheet_calls_nonprofit_charity() {
    assert_eq!(Segment::from_sheet("Charity"), Some(Segment::Nonprofit));
    assert_eq!(Segment::from_sheet(" education "), Some(Segment::Education));
    assert_eq!(Segment::from_sheet("Nonprofit"), Some(Segment::Nonprofit));
    assert_eq!(Segment::from_sheet("Consumer"), None);
    for segment in Segment::ALL {
        assert_eq!(Segment::from_sheet(segment.sheet_word()), Some(*segment));
    }
}

#[test]
fn a_catalog_item_has_three_parts() {
    let text = "OPS000000001:0001:OPSAVL000001";
    assert_eq!(CatalogItemId::parse(text).unwrap().to_string(), text);
    for bad in ["", "OPS000000001:0001", "OPS000000001:0001:OPSAVL000001:", "OPS000000001:1:OPSAVL000001"] {
        assert_eq!(CatalogItemId::parse(bad), None, "{bad:?}");
    }
}

#[test]
fn the_hash_is_fnv_1a_with_its_published_values() {
    assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
    assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c);
    assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
}

#[test]
fn an_availability_keeps_its_id_for_ever() {
    assert_eq!(AvailabilityId::derive(&facts("OneTime")).as_str(), "Y417ZB28QRRG");
    assert_eq!(AvailabilityId::derive(&facts(" onetime")).as_str(), "Y417ZB28QRRG");
    let subscription = AvailabilityFacts { segment: Segment::Nonprofit, term: Term::OneYear, ..facts("Annual") };
    assert_eq!(AvailabilityId::derive(&subscription).as_str(), "32935HZMN36H");
}

#[test]
fn each_fact_changes_the_id() {
    let mut ids = BTreeSet::new();
    let mut count = 0;
    for market in Country::all() {
        for segment in Segment::ALL {
            for term in Term::ALL {
                for plan in ["OneTime", "Annual", "Monthly"] {
                    let facts = AvailabilityFacts { market, segment: *segment, term: *term, ..facts(plan) };
                    ids.insert(AvailabilityId::derive(&facts));
                    count += 1;
                }
            }
        }
    }
    assert_eq!(ids.len(), count);
}

proptest! {
    #[test]
    fn a_derived_id_is_a_good_id(plan in ".{0,12}", sku in "[0-9A-Z]{4}", product in "[0-9A-Z]{12}") {
        let facts = AvailabilityFacts {
            product: ProductId::parse(&product).unwrap(),
            sku: SkuId::parse(&sku).unwrap(),
            ..facts(&plan)
        };
        let id = AvailabilityId::derive(&facts);
        prop_assert_eq!(AvailabilityId::parse(id.as_str()), Some(id));
    }
}
