//! Forms that others read and write too, and everything that is almost one.

use proptest::prelude::*;
use touchstone_audit::event::EventError;
use touchstone_audit::head::HeadError;
use touchstone_audit::keys::KeyError;
use touchstone_audit::note::NoteError;
use touchstone_audit::record::{LEAVES_MAX, RecordError};
use touchstone_audit::{Event, Hash, Head, Keys, PublicKey, Record, SecretKey, Trail, events, records};

use crate::made::{HEADS, Made, ORIGIN, event, key, ring};

/// The key with which the form of notes is shown in its Go package.
const NEUMANN: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const NEUMANN_NOTE: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n\n\
    \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

#[test]
fn a_note_of_others_is_read() {
    let key: PublicKey = NEUMANN.parse().expect("a key");
    assert_eq!((key.name(), key.to_string().as_str()), ("PeterNeumann", NEUMANN));
    let keys: Keys = NEUMANN.parse().expect("keys");
    // Its signature holds, so that the text is looked at, and that is no head.
    assert_eq!(Head::open(NEUMANN_NOTE, &keys), Err(HeadError::Form));
    let altered = NEUMANN_NOTE.replace("answer", "Answer");
    let forged = Err(HeadError::Note(NoteError::Forged("PeterNeumann+c74f20a3".to_owned())));
    assert_eq!(Head::open(&altered, &keys), forged);
}

#[test]
fn a_head_is_a_checkpoint() {
    let root = Hash::of(b"root");
    let note = Head::sign(7, root, &key(1));
    let text = format!("audit.example/trail\n7\n{root}\n\n\u{2014} audit.example/trail ");
    assert!(note.starts_with(&text) && note.ends_with("\n"), "{note}");
    let head = Head::open(&note, &ring(&[&key(1)])).expect("signed");
    assert_eq!(head, Head { origin: ORIGIN.to_owned(), size: 7, root });
}

/// A witness signs beside the log, with a key or a kind of key that is not known here.
#[test]
fn signatures_of_others_are_passed_over() {
    let keys = ring(&[&key(1)]);
    let note = Head::sign(7, Hash::of(b"root"), &key(1));
    let witness = SecretKey::from_seed("witness.example", [4; 32]).expect("a key");
    let other = Head::sign(7, Hash::of(b"root"), &witness);
    let line = other.rsplit("\n\n").next().expect("a signature");
    assert!(Head::open(&format!("{note}{line}"), &keys).is_ok());
    assert!(Head::open(&format!("{note}\u{2014} x.example AAAAAAAAAA==\n"), &keys).is_ok());
    let (text, own) = note.rsplit_once("\n\n").expect("a signature");
    assert!(Head::open(&format!("{text}\n\n{line}{own}"), &keys).is_ok());
    assert!(matches!(Head::open(&format!("{text}\n\n{line}"), &keys), Err(HeadError::Note(NoteError::UnknownKey(_)))));
}

#[test]
fn what_is_almost_a_head_is_none() {
    let keys = ring(&[&key(1)]);
    let note = Head::sign(7, Hash::of(b"root"), &key(1));
    assert_eq!(Head::open(note.trim_end(), &keys), Err(HeadError::Note(NoteError::Form)));
    assert_eq!(Head::open(&note.replace('\n', "\r\n"), &keys), Err(HeadError::Note(NoteError::Form)));
    assert_eq!(Head::open("a\n7\nb\n", &keys), Err(HeadError::Note(NoteError::Unsigned)));
    assert_eq!(Head::open("a\n7\nb\n\n", &keys), Err(HeadError::Note(NoteError::Unsigned)));
    assert_eq!(Head::open(&note.replace('\u{2014}', "-"), &keys), Err(HeadError::Note(NoteError::Form)));
    assert_eq!(Head::open("", &keys), Err(HeadError::Note(NoteError::Form)));
    assert!(matches!(Head::open(&note.replace("\n7\n", "\n8\n"), &keys), Err(HeadError::Note(NoteError::Forged(_)))));
}

#[test]
fn keys_go_out_and_come_back() {
    let made = SecretKey::generate("audit.example").expect("a key");
    let again: SecretKey = made.export().parse().expect("a key");
    assert_eq!(again.public(), made.public());
    assert_eq!(made.public().to_string().parse::<PublicKey>().as_ref(), Ok(made.public()));
    assert!(!format!("{made:?}").contains(&made.export()[12..]), "a secret is not shown by chance");
    assert_ne!(SecretKey::generate("audit.example").expect("a key").public(), made.public());
    assert_eq!(SecretKey::generate("two words").err(), Some(KeyError::Name));
}

#[test]
fn a_ring_says_which_line_is_wrong() {
    let public = key(1).public().to_string();
    let said = |text: &str| text.parse::<Keys>().expect_err("no ring").to_string();
    let cases = [
        (String::new(), "1 to 1024 keys are wanted"),
        ("# none\n\n".to_owned(), "1 to 1024 keys are wanted"),
        (format!("{public}\n\nnothing"), "line 3: not a key of the form"),
        (public.replace("trail+", "other+"), "line 1: not a key of the form"),
        (format!("{public} for=everything"), "\"everything\" is none of for=heads"),
        (format!("{public} for=heads from=-1"), "\"-1\" is none of"),
        (format!("{public} for=receipts from=7"), "\"7\" is none of"),
        (format!("{public} from=7"), "\"7\" is none of"),
        (format!("{public} for=heads for=receipts"), "\"for=receipts\" is none of"),
        (format!("{public} soon"), "\"soon\" is none of"),
        // The point of order one: every message has the same signature by it.
        (weak(), "line 1: the key is a weak one"),
    ];
    for (text, expected) in cases {
        assert!(said(&text).contains(expected), "{text:?}: {}", said(&text));
    }
    assert_eq!(format!("# retired\n{public} for=heads until=9\n").parse::<Keys>().expect("keys").iter().count(), 1);
}

/// A key whose 32 bytes are a one and zeros.
fn weak() -> String {
    let id = Hash::of(&[b"x\n\x01\x01".as_slice(), &[0; 31]].concat());
    let id: String = id.as_bytes()[..4].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("x+{id}+AQEA{}", "A".repeat(40))
}

#[test]
fn an_event_says_what_is_wrong_with_it() {
    let with = |change: fn(&mut Event)| {
        let mut event = event(3, "a");
        change(&mut event);
        event.canonical().expect_err("no event").to_string()
    };
    type Case = (fn(&mut Event), &'static str);
    let cases: [Case; 10] = [
        (|e| e.schema = 2, "schema: it must be 1"),
        (|e| e.seq = 1 << 53, "seq: it must be below 2^53"),
        (|e| e.kind = "Action".to_owned(), "kind: slugs with dots"),
        (|e| e.kind = "action..taken".to_owned(), "kind: slugs with dots"),
        (|e| e.reason = String::new(), "reason: 1 to 4096 bytes"),
        (|e| e.actor.id = String::new(), "actor: a slug as its kind"),
        (|e| e.subject.kind = "a b".to_owned(), "subject: a slug as its kind"),
        (|e| e.sealed = event_with_pointer("email"), "sealed: at most 64 fields"),
        (|e| e.after = serde_json::json!({"price": 19.5}), "the number 19.5 is no integer"),
        (|e| e.after = serde_json::json!("x".repeat(300_000)), "at most 262144 bytes"),
    ];
    for (change, expected) in cases {
        let said = with(change);
        assert!(said.starts_with(expected) || said.contains(expected), "{said}");
    }
}

fn event_with_pointer(field: &str) -> Vec<touchstone_audit::Sealed> {
    let mut sealed = event(0, "a").sealed;
    sealed.iter_mut().for_each(|one| field.clone_into(&mut one.field));
    sealed
}

#[test]
fn an_event_has_one_spelling() {
    let made = event(4, "a");
    let bytes = made.canonical().expect("an event");
    assert_eq!(Event::read(&bytes), Ok(made));
    let text = String::from_utf8(bytes).expect("text");
    assert!(
        text.starts_with(r#"{"actor":{"id":"staff-7","kind":"user"},"after":{"share_micrologits":-1250000,"#),
        "{text}"
    );
    let spaced = text.replacen(':', ": ", 1);
    assert_eq!(Event::read(spaced.as_bytes()), Err(EventError::Spelling));
    let more = text.replacen('{', r#"{"a":1,"#, 1);
    assert!(matches!(Event::read(more.as_bytes()), Err(EventError::Form(_))));
}

#[test]
fn a_trail_takes_the_next_event_only() {
    let mut trail = Trail::default();
    assert_eq!(
        trail.append(&event(1, "a")).expect_err("not the next").to_string(),
        "the next event is number 0, not 1"
    );
    trail.append(&event(0, "a")).expect("the next");
    assert_eq!(trail.size(), 1);
}

#[test]
fn a_trail_goes_on_behind_a_head() {
    let made = Made::usual();
    let (size, record) = (12, &made.heads[1]);
    let frontier = touchstone_audit::Frontier::from_peaks(size, record.peaks.clone()).expect("a frontier");
    let since = made.events[12..15].iter().map(touchstone_audit::StoredEvent::hash);
    let mut trail = Trail::resume(frontier, since).expect("few");
    for seq in 15..20 {
        trail.append(&event(seq, "a")).expect("the next");
    }
    let head = Head::open(&trail.sign(&key(1)).head, &made.keys).expect("signed");
    assert_eq!(Ok(head), Head::open(&made.heads[3].head, &made.keys));
    assert_eq!(HEADS[3], 20);
}

#[test]
fn lines_go_out_and_come_back() {
    let made = Made::usual();
    let mut file = Vec::new();
    made.anchor.iter().for_each(|record| record.write(&mut file).expect("memory"));
    let read: Vec<Record> = records(&file[..]).map(|line| line.expect("memory").record.expect("a head")).collect();
    assert_eq!(read, made.anchor);
    let mut file = Vec::new();
    made.events.iter().for_each(|event| event.write(&mut file).expect("memory"));
    let read: Vec<_> = events(&file[..]).map(|event| event.expect("memory")).collect();
    assert_eq!(read, made.events);
}

#[test]
fn a_line_with_too_much_is_refused() {
    let mut record = Made::usual().anchor[0].clone();
    record.leaves = vec![Hash::of(b"x"); LEAVES_MAX + 1];
    let mut line = Vec::new();
    record.write(&mut line).expect("memory");
    assert_eq!(Record::read(&line), Err(RecordError::TooLong));
    record.leaves.clear();
    let short = Record { schema: 2, ..record };
    let said = Record::read(&serde_json::to_vec(&short).expect("json")).expect_err("unknown").to_string();
    assert!(said.contains("schema 2 is not known"), "{said}");
}

proptest! {
    /// What is no head, key or event is refused, and what is one is written as it was read.
    #[test]
    fn noise_does_no_harm(text in "\\PC{0,80}\n?\\PC{0,40}\n{0,2}(\u{2014} [a-z]{0,3} [A-Za-z0-9+/=]{0,120}\n)?") {
        let keys = ring(&[&key(1)]);
        prop_assert!(Head::open(&text, &keys).is_err());
        prop_assert!(Record::read(text.as_bytes()).is_err());
        prop_assert!(Event::read(text.as_bytes()).is_err());
        prop_assert!(text.parse::<PublicKey>().is_err());
        prop_assert!(text.parse::<SecretKey>().is_err());
    }
}
