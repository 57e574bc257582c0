//! Banks as processes and people use them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod copies;
mod exchange;
mod imported;
mod people;
mod processes;
mod storage;

use std::path::Path;

use touchstone_banks::{Act, Added, Bank, Banks, Item, NewItem};

fn item(bank: Bank, path: &str) -> NewItem {
    let (brand, sha256) = (Some("velatta".into()), Some("ab".repeat(32)));
    let item = Item { brand, sha256, size: [640, 480], ..Item::new(bank, path) };
    NewItem { item, features: path.repeat(100).into_bytes(), like: None }
}

fn act(by: &str, why: &str) -> Act {
    Act { by: by.into(), why: why.into(), at: 1_780_000_000_000 }
}

/// Adds one entry, whose id is given back.
fn add(banks: &mut Banks, path: &str) -> String {
    let added = banks.add(vec![item(Bank::Genuine, path)], &act("Ann", "")).unwrap();
    assert!(matches!(added[..], [Added::Active(_)]), "{added:?}");
    added[0].id().to_owned()
}

fn paths(banks: &Banks) -> Vec<&str> {
    banks.contents().entries().iter().map(|entry| entry.item.path.as_str()).collect()
}

fn open(data: &Path) -> Banks {
    Banks::open(data).unwrap()
}
