//! The permission grid as a reviewer sees it: a changed right is a changed cell of a text file.

use std::collections::BTreeSet;

use perpetua_domain::access::grid_text;

#[test]
fn the_grid_is_the_one_that_was_reviewed() {
    let reviewed = include_str!("golden/access_grid.txt");
    let present = grid_text();
    if reviewed == present {
        return;
    }
    let (before, after) = (cells(reviewed), cells(&present));
    let gone = before.difference(&after).map(|cell| format!("- {cell}"));
    let new = after.difference(&before).map(|cell| format!("+ {cell}"));
    let changes: Vec<String> = gone.chain(new).collect();
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("access_grid.txt");
    std::fs::write(&path, &present).unwrap();
    panic!(
        "the permission grid differs from crates/domain/tests/golden/access_grid.txt:\n{}\n\n\
         When this is meant, run `cargo xtask gen`, or copy {} over the golden file.",
        changes.join("\n"),
        path.display()
    );
}

/// Each line of the tables together with the heading it stands under.
fn cells(grid: &str) -> BTreeSet<String> {
    let mut heading = "";
    let mut cells = BTreeSet::new();
    for line in grid.lines() {
        if line.contains(" · ") {
            heading = line;
        }
        cells.insert(format!("{heading}: {line}"));
    }
    cells
}
