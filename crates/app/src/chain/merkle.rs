//! Merkle trees as RFC 9162 builds them: leaves and nodes are told apart by a first byte, and a tree
//! of n leaves splits at the largest power of two below n.

use sha2::{Digest, Sha256};

use super::Hash;

/// The hash of a leaf's bytes.
pub fn leaf(bytes: &[u8]) -> Hash {
    let mut hash = Sha256::new();
    hash.update([0]);
    hash.update(bytes);
    hash.finalize().into()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    let mut hash = Sha256::new();
    hash.update([1]);
    hash.update(left);
    hash.update(right);
    hash.finalize().into()
}

/// Where a tree of `count` leaves, at least 2, splits.
const fn split(count: usize) -> usize {
    1 << (usize::BITS - 1 - (count - 1).leading_zeros())
}

/// The root over leaves in their order; the hash of nothing when there are none.
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Sha256::digest([]).into(),
        [only] => *only,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            node(&root(left), &root(right))
        }
    }
}

/// The hashes by which the root follows from the leaf at `index`, nearest first; `None` outside.
pub fn proof(leaves: &[Hash], index: usize) -> Option<Vec<Hash>> {
    if index >= leaves.len() {
        return None;
    }
    let (mut part, mut index) = (leaves, index);
    let mut hashes = Vec::new();
    while part.len() > 1 {
        let (left, right) = part.split_at(split(part.len()));
        if index < left.len() {
            hashes.push(root(right));
            part = left;
        } else {
            hashes.push(root(left));
            index -= left.len();
            part = right;
        }
    }
    hashes.reverse();
    Some(hashes)
}

/// Whether `leaf` at `index` of `count` leaves gives `root` by these hashes.
pub fn verify(leaf: &Hash, index: u64, count: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= count {
        return false;
    }
    let (mut index, mut last, mut hash) = (index, count - 1, *leaf);
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if index % 2 == 1 || index == last {
            hash = node(sibling, &hash);
            // A right edge has no sibling on the levels where it stands alone.
            while index.is_multiple_of(2) && index != 0 {
                index /= 2;
                last /= 2;
            }
        } else {
            hash = node(&hash, sibling);
        }
        index /= 2;
        last /= 2;
    }
    last == 0 && hash == *root
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn leaves(count: usize) -> Vec<Hash> {
        (0..count).map(|number| leaf(&number.to_be_bytes())).collect()
    }

    #[test]
    fn a_tree_splits_at_the_largest_power_of_two_below_its_size() {
        let splits: Vec<_> = (2..=9).map(split).collect();
        assert_eq!(splits, [1, 2, 2, 4, 4, 4, 4, 8]);
        let three = leaves(3);
        assert_eq!(root(&three), node(&node(&three[0], &three[1]), &three[2]));
    }

    #[test]
    fn every_leaf_of_every_small_tree_is_proved_and_nothing_else() {
        for count in 1..=33_usize {
            let leaves = leaves(count);
            let root = root(&leaves);
            for index in 0..count {
                let proof = proof(&leaves, index).unwrap();
                let check = |leaf: Hash, index: usize, count: usize, proof: &[Hash]| {
                    verify(&leaf, index as u64, count as u64, proof, &root)
                };
                assert!(check(leaves[index], index, count, &proof), "{index} of {count}");
                assert!(!check(leaf(b"forged"), index, count, &proof));
                for other in (0..count).filter(|other| *other != index) {
                    assert!(!check(leaves[other], index, count, &proof));
                    assert!(!check(leaves[index], other, count, &proof), "{index} as {other} of {count}");
                }
                let longer = [&proof[..], &[root]].concat();
                assert!(!check(leaves[index], index, count, &longer));
                if let Some((_, shorter)) = proof.split_last() {
                    assert!(!check(leaves[index], index, count, shorter));
                }
            }
            assert_eq!(proof(&leaves, count), None);
        }
    }

    proptest! {
        #[test]
        fn changing_any_leaf_changes_the_root(count in 1_usize..200, pick in any::<prop::sample::Index>()) {
            let mut changed = leaves(count);
            let before = root(&changed);
            changed[pick.index(count)] = leaf(b"forged");
            prop_assert_ne!(root(&changed), before);
        }
    }
}
