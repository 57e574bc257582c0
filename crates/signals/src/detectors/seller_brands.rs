//! How many houses' goods the seller offers.

use touchstone_knowledge::{Brand, Standing};
use touchstone_text::{Span, fold};

use super::shared::unrelated;
use crate::findings::{Field, Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "seller_brands",
    version: 1,
    kind: ValueKind::Int,
    family: "seller",
    sayable: true,
    doc: "How many unrelated protected brands the seller sells without their authorisation: the one claimed here and those that the marketplace lists beside it. Boutiques and resellers have many; a new account that has them all is another matter. Null without a list.",
    examples: &[
        Example {
            listing: r#"{"id":"1","title":"Gucci belt","seller_id":"s","seller":{"also_sells":["Rolex","Louis Vuitton","sony","garden tools"]}}"#,
            value: "4",
        },
        Example {
            listing: r#"{"id":"1","title":"Gucci belt","seller_id":"s","seller":{"also_sells":["Rolex"],"authorisations":["gucci","rolex"]}}"#,
            value: "null",
        },
        Example {
            listing: r#"{"id":"1","title":"Gucci belt","seller_id":"s","seller":{"also_sells":["garden tools"]}}"#,
            value: "null",
        },
        Example { listing: r#"{"id":"1","title":"Gucci belt"}"#, value: "null" },
    ],
    detect,
};

/// A list that is longer says no more.
const MAX_ITEMS: usize = 50;

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let listed = view.context.seller.map_or(&[][..], |s| &s.also_sells);
    let named = listed.iter().take(MAX_ITEMS).filter_map(|name| view.snapshot.brand_by_slug(&slug(name)));
    let mut others = named.filter(|b| !view.authorised(*b)).filter_map(|b| view.snapshot.brand(b)).peekable();
    if others.peek().is_none() {
        return Value::Null;
    }
    let here = view.claimed().filter(|m| !view.authorised(m.brand)).and_then(|m| view.snapshot.brand(m.brand));
    let mut houses: Vec<&Brand> = Vec::new();
    for brand in here.into_iter().chain(others).filter(|b| b.standing == Standing::Protected) {
        if houses.iter().all(|house| unrelated(house, brand)) {
            houses.push(brand);
        }
    }
    findings.see(Field::Seller, Span::default());
    (!houses.is_empty()).then_some(houses.len() as i64).into()
}

/// Brand ids are made of names: "Louis Vuitton" is `louis-vuitton`.
fn slug(name: &str) -> String {
    fold(name).replace([' ', '&'], "-")
}
