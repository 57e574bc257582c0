//! What a fake of the offered goods can do.

use touchstone_knowledge::{Harm, KindId, Role};

use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "harm",
    version: 2,
    kind: ValueKind::Text,
    family: "claim",
    sayable: false,
    doc: "What a fake of this kind can do: `serious` (health at risk: cosmetics, pet food, supplements) or `grave` (life at risk: airbags, brakes, chargers, batteries, medicines, baby food, spirits). Of several kinds that the title offers the gravest counts; what goods are made for or come with does not. Null for the rest.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Front brake pads"}"#, value: "grave" },
        Example { listing: r#"{"id":"1","title":"Steering wheel airbag module"}"#, value: "grave" },
        Example { listing: r#"{"id":"1","title":"USB-C charger 20W"}"#, value: "grave" },
        Example { listing: r#"{"id":"1","title":"18650 lithium battery"}"#, value: "grave" },
        Example { listing: r#"{"id":"1","title":"Power bank 10000 mAh"}"#, value: "grave" },
        Example { listing: r#"{"id":"1","title":"Prescription medicine, 30 pills"}"#, value: "grave" },
        Example { listing: r#"{"id":"1","title":"Infant formula milk powder"}"#, value: "grave" },
        Example { listing: r#"{"id":"1","title":"Child car seat"}"#, value: "grave" },
        Example { listing: r#"{"id":"1","title":"Single malt whisky 70cl"}"#, value: "grave" },
        Example { listing: r#"{"id":"1","title":"Motorcycle helmet"}"#, value: "grave" },
        Example { listing: r#"{"id":"1","title":"Flea and tick drops for dogs"}"#, value: "grave" },
        Example { listing: r#"{"id":"1","title":"Matte lipstick"}"#, value: "serious" },
        Example { listing: r#"{"id":"1","title":"Eau de parfum 50 ml"}"#, value: "serious" },
        Example { listing: r#"{"id":"1","title":"Dry dog food 10 kg"}"#, value: "serious" },
        Example { listing: r#"{"id":"1","title":"Vitamin D3 capsules"}"#, value: "serious" },
        Example { listing: r#"{"id":"1","title":"Contour face cream 50 ml"}"#, value: "serious" },
        Example { listing: r#"{"id":"1","title":"Mercedes Airbag Lenkrad original"}"#, value: "grave" },
        Example { listing: r#"{"id":"1","title":"Case for power bank"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Cotton t-shirt"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, _: &mut Findings<'a>) -> Value<'a> {
    let goods = |kind: KindId| view.snapshot.knowledge.kinds.get(kind.index());
    // A case for power banks charges nothing, and nobody swallows a book about medicines.
    let about = matches!(view.role(), Role::About | Role::Service);
    let fitted = |kind: KindId| view.kind.and_then(goods).is_some_and(|principal| principal.fits.contains(&kind));
    let named = view.kinds.iter().map(|mention| mention.kind).filter(|kind| !about && !fitted(*kind));
    match view.kind.into_iter().chain(named).filter_map(goods).map(|kind| kind.harm).max() {
        Some(Harm::Serious) => Value::Text("serious"),
        Some(Harm::Grave) => Value::Text("grave"),
        _ => Value::Null,
    }
}
