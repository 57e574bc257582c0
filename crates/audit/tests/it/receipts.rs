//! Receipts hold for one body, and for nothing else.

use proptest::prelude::*;
use touchstone_audit::receipt::{Kind, ReceiptError};
use touchstone_audit::{Head, Keys, Receipt};

use crate::made::{key, moment, ring};

const BODY: &[u8] = br#"{"reasons":[],"verdict":"block"}"#;

fn issued() -> Receipt {
    Receipt::issue(Kind::Decision, "0193-77", BODY, moment(0), &key(9)).expect("a receipt")
}

#[test]
fn a_receipt_goes_out_and_comes_back() {
    let json = serde_json::to_vec(&issued()).expect("json");
    let receipt = Receipt::read(&json).expect("a receipt");
    assert_eq!(receipt, issued(), "signing is without chance");
    let keys = ring(&[&key(3), &key(9)]);
    let signer = receipt.verify(BODY, &keys).expect("it holds");
    assert_eq!(signer.key, *key(9).public());
}

#[test]
fn what_is_wrong_is_said() {
    let keys = ring(&[&key(9)]);
    let with = |change: fn(&mut Receipt)| {
        let mut receipt = issued();
        change(&mut receipt);
        receipt.verify(BODY, &keys).expect_err("altered").to_string()
    };
    let forged = "did not sign this: the receipt was altered, or is forged";
    type Case = (fn(&mut Receipt), &'static str);
    let cases: [Case; 9] = [
        (|r| r.kind = Kind::Statement, forged),
        (|r| r.subject = "0193-78".to_owned(), forged),
        (|r| r.issued_at = moment(1), forged),
        (|r| r.body_sha256.replace_range(0..1, "x"), forged),
        (|r| r.signature = "AAAA".to_owned(), "the base64 of 64 bytes is wanted"),
        (|r| r.key = "audit.example/trail+00000000".to_owned(), "none of the given keys"),
        (|r| r.key = "nobody".to_owned(), "NAME+ID is wanted"),
        (|r| r.subject = String::new(), "1 to 256 bytes are wanted"),
        (|r| r.schema = 2, "schema: 1 is wanted"),
    ];
    for (change, expected) in cases {
        let said = with(change);
        assert!(said.contains(expected), "{said}");
    }
    assert_eq!(issued().verify(b"{}", &keys), Err(ReceiptError::Body));
}

#[test]
fn a_key_signs_in_its_time_and_for_its_purpose() {
    let public = key(9).public().to_string();
    let holds = |terms: &str| {
        let keys: Keys = format!("{public} {terms}").parse().expect("keys");
        issued().verify(BODY, &keys).map(drop)
    };
    let now = moment(0);
    assert_eq!(holds(&format!("for=receipts from={now}")), Ok(()));
    assert_eq!(holds(&format!("for=receipts from={} until={}", moment(-5), moment(1))), Ok(()));
    let late = Err(ReceiptError::NotItsTurn(key(9).public().label()));
    assert_eq!(holds(&format!("for=receipts until={now}")), late);
    assert_eq!(holds("for=heads"), late);
    assert_eq!(holds(&format!("for=heads\n{public} for=receipts")), Ok(()), "one key, two purposes");
}

/// By one key: neither passes for the other.
#[test]
fn a_receipt_is_no_head() {
    let note = Head::sign(1, touchstone_audit::Hash::of(b"root"), &key(9));
    let signature = note.trim_end().rsplit(' ').next().expect("a signature").to_owned();
    let mut receipt = issued();
    receipt.signature = signature;
    assert!(receipt.verify(BODY, &ring(&[&key(9)])).is_err());
}

proptest! {
    #[test]
    fn any_other_body_fails(at: usize, mask in 1_u8.., cut: bool) {
        let mut body = BODY.to_vec();
        let at = at % body.len();
        if cut { body.truncate(at) } else { body[at] ^= mask }
        let keys = ring(&[&key(9)]);
        prop_assert_eq!(issued().verify(&body, &keys), Err(ReceiptError::Body));
    }

    #[test]
    fn any_altered_byte_of_a_receipt_fails(at: usize, mask in 1_u8..) {
        let mut json = serde_json::to_vec(&issued()).expect("json");
        let at = at % json.len();
        json[at] ^= mask;
        let holds = Receipt::read(&json).is_ok_and(|r| r != issued() && r.verify(BODY, &ring(&[&key(9)])).is_ok());
        prop_assert!(!holds);
    }

    #[test]
    fn noise_is_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(Receipt::read(&bytes).is_err());
    }
}
