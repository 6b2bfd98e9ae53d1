//! The short way from one revocation list to the next: what to take out, what to put in, and the new head.
//!
//! A delta needs no signature of its own: it is applied to a verified list, and the result must have the digest
//! that the signed head of the new list states. So a wrong delta can waste a download, and nothing else.

use std::cmp::Ordering;

use super::{ENTRIES_MAX, ENTRY_BYTES, HEAD_BYTES, List, ListError, ListHead, TAG_BYTES};
use crate::chain::Trust;
use crate::codec::{FormatError, Reader, Writer};

const DELTA: &str = "PRD";
/// Kind and version, base number, base digest, two counts.
const PREFIX_BYTES: usize = 4 + 8 + 32 + 4 + 4;
/// Most bytes of a delta: everything out, everything in.
const DELTA_BYTES_MAX: usize = PREFIX_BYTES + HEAD_BYTES + ENTRIES_MAX * (TAG_BYTES + ENTRY_BYTES);

/// Makes the delta that leads from `base` to `next`. An entry with another reason is taken out and put in.
pub fn between(base: &List<'_>, next: &List<'_>) -> Vec<u8> {
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    let (mut old, mut new) = (base.entries().iter().peekable(), next.entries().iter().peekable());
    while old.peek().is_some() || new.peek().is_some() {
        match order(old.peek().copied(), new.peek().copied()) {
            Ordering::Less => removed.extend(old.next().map(|entry| &entry[..TAG_BYTES])),
            Ordering::Greater => added.extend(new.next()),
            Ordering::Equal => {
                let (before, after) = (old.next(), new.next());
                if before != after {
                    removed.extend(before.map(|entry| &entry[..TAG_BYTES]));
                    added.extend(after);
                }
            }
        }
    }
    let count = |length: usize| u32::try_from(length).expect("lists have at most 2^22 entries");
    let mut writer = Writer::new(DELTA);
    writer.u64(base.head.number).bytes(&base.head.body_digest).u32(count(removed.len())).u32(count(added.len()));
    writer.bytes(&removed.concat()).bytes(&added.into_iter().copied().collect::<Vec<_>>().concat());
    writer.bytes(next.head_bytes).finish()
}

/// Applies a delta to a verified list and gives the bytes of the next one, verified as well.
///
/// # Errors
/// [`ListError`], also when the number would go back or the delta begins at another list; then the whole list
/// must be fetched.
pub fn apply(base: &List<'_>, delta: &[u8], trust: &Trust) -> Result<Vec<u8>, ListError> {
    let mut reader = Reader::open(delta, DELTA, DELTA_BYTES_MAX)?;
    let (number, digest) = (reader.u64()?, reader.array::<32>()?);
    if number != base.head.number || digest != base.head.body_digest {
        return Err(ListError::OtherBase { base: number });
    }
    let (removed, added) = (reader.u32()? as usize, reader.u32()? as usize);
    if removed.max(added) > ENTRIES_MAX {
        return Err(FormatError::Field { field: "count" }.into());
    }
    let removed = reader.bytes(removed * TAG_BYTES)?.as_chunks::<TAG_BYTES>().0;
    let added = reader.bytes(added * ENTRY_BYTES)?.as_chunks::<ENTRY_BYTES>().0;
    let head_bytes = reader.bytes(HEAD_BYTES)?;
    reader.end()?;
    let head = ListHead::open(head_bytes, trust)?;
    head.may_follow(Some(base.head()))?;
    let mut bytes = head_bytes.to_vec();
    merge(base.entries(), removed, added, &mut bytes)?;
    // This holds the result against the digest of the signed head.
    List::open(&bytes, trust)?;
    Ok(bytes)
}

/// Appends the base without `removed` and with `added`. Everything must be ascending, every removed tag must be
/// there, and no added one may remain from before.
fn merge(
    base: &[[u8; ENTRY_BYTES]],
    removed: &[[u8; TAG_BYTES]],
    added: &[[u8; ENTRY_BYTES]],
    into: &mut Vec<u8>,
) -> Result<(), FormatError> {
    let mut removed = removed.iter().peekable();
    let mut added = added.iter().peekable();
    for entry in base {
        while let Some(new) = added.next_if(|new| new[..TAG_BYTES] < entry[..TAG_BYTES]) {
            into.extend_from_slice(new);
        }
        if removed.next_if(|tag| tag[..] == entry[..TAG_BYTES]).is_none() {
            into.extend_from_slice(entry);
        }
    }
    for new in added {
        into.extend_from_slice(new);
    }
    if removed.next().is_some() { Err(FormatError::Field { field: "removed" }) } else { Ok(()) }
}

/// Which of two entries comes first; a list that has ended comes last.
fn order(old: Option<&[u8; ENTRY_BYTES]>, new: Option<&[u8; ENTRY_BYTES]>) -> Ordering {
    match (old, new) {
        (Some(old), Some(new)) => old[..TAG_BYTES].cmp(&new[..TAG_BYTES]),
        (Some(_), None) => Ordering::Less,
        (None, _) => Ordering::Greater,
    }
}
