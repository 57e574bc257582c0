//! Why something was not done, in one form for all parts of `cases`.

use serde::Serialize;
use serde_json::{Value, json};
use touchstone_cases::{appeal, approval, case, clocks, enforcement, estimate, fuse, group, lock, queue, review};
use touchstone_cases::{statement, vault};

/// What kind of refusal it is, for those who speak HTTP or set an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// There is no such thing, or not for this person.
    Absent,
    /// It stands otherwise than the command supposes: look again, or it is too late.
    Conflict,
    /// The command itself is wrong.
    Invalid,
    /// This person may not.
    Forbidden,
    /// A second person must agree first; `more` says to what.
    Approval,
}

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Refusal {
    /// What kind.
    pub kind: Kind,
    /// In words, with what to do.
    pub detail: String,
    /// More, for programs; null if there is nothing.
    pub more: Value,
}

impl Refusal {
    /// A refusal of this kind.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), more: Value::Null }
    }

    /// There is no such thing.
    pub fn absent(what: &str, id: impl std::fmt::Display) -> Self {
        Self::new(Kind::Absent, format!("there is no {what} {id}"))
    }

    /// The command is wrong.
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, detail)
    }

    /// The same, with more for programs.
    #[must_use]
    pub fn with(self, more: Value) -> Self {
        Self { more, ..self }
    }
}

/// Refusals whose kind is told by their variant.
macro_rules! refusals {
    ($($type:ty: $of:expr;)*) => {$(
        impl From<$type> for Refusal {
            fn from(refusal: $type) -> Self {
                let kind: fn(&$type) -> Kind = $of;
                Self::new(kind(&refusal), refusal.to_string())
            }
        }
    )*};
}

refusals! {
    lock::Refusal: |refusal| match refusal {
        lock::Refusal::Held { .. } | lock::Refusal::Late { .. } => Kind::Conflict,
        lock::Refusal::NotYours => Kind::Forbidden,
        lock::Refusal::Lease | lock::Refusal::NoReason => Kind::Invalid,
    };
    review::Refusal: |refusal| match refusal {
        review::Refusal::Settled | review::Refusal::NotSettled => Kind::Conflict,
        review::Refusal::SamePerson | review::Refusal::NeedsLead => Kind::Forbidden,
        review::Refusal::Confidence | review::Refusal::Incomplete | review::Refusal::Note => Kind::Invalid,
    };
    group::Refusal: |refusal| match refusal {
        group::Refusal::Reason => Kind::Invalid,
        _ => Kind::Conflict,
    };
    case::Refusal: |refusal| match refusal {
        case::Refusal::Text { .. } | case::Refusal::Past(_) | case::Refusal::Future(_) | case::Refusal::Itself => Kind::Invalid,
        _ => Kind::Conflict,
    };
    approval::Refusal: |refusal| match refusal {
        approval::Refusal::SamePerson | approval::Refusal::NotYou => Kind::Forbidden,
        approval::Refusal::NoReason => Kind::Invalid,
        _ => Kind::Conflict,
    };
    appeal::Refusal: |_| Kind::Conflict;
    vault::Refusal: |_| Kind::Conflict;
    fuse::Refusal: |_| Kind::Conflict;
    enforcement::switch::NotTurned: |_| Kind::Conflict;
    clocks::Refusal: |_| Kind::Conflict;
    estimate::Refusal: |_| Kind::Conflict;
    statement::Refusal: |_| Kind::Invalid;
}

impl From<enforcement::Refusal> for Refusal {
    fn from(refusal: enforcement::Refusal) -> Self {
        use enforcement::Refusal as Why;
        let detail = refusal.to_string();
        match refusal {
            Why::Approval { needs, sees } => {
                Self::new(Kind::Approval, detail).with(json!({"needs": needs, "sees": sees}))
            }
            Why::Number | Why::Incomplete { .. } | Why::NotWarned(_) | Why::NoRepetition(_) => Self::invalid(detail),
            Why::Notice { earliest, .. } => Self::invalid(detail).with(json!({"earliest": earliest.to_string()})),
            Why::Known(_) | Why::NoAction(_) | Why::NotWaiting(_) | Why::Stopped | Why::Barred { .. } => {
                Self::new(Kind::Conflict, detail)
            }
        }
    }
}

impl From<queue::Refusal> for Refusal {
    fn from(refusal: queue::Refusal) -> Self {
        let detail = refusal.to_string();
        let kind = match refusal {
            queue::Refusal::Closed(_) | queue::Refusal::Skipped(_) => Kind::Conflict,
            queue::Refusal::Skill(_) | queue::Refusal::NotLead => Kind::Forbidden,
            queue::Refusal::Reason | queue::Refusal::Until => Kind::Invalid,
            queue::Refusal::Lock(inner) => return inner.into(),
            queue::Refusal::Review(inner) => return inner.into(),
        };
        Self::new(kind, detail)
    }
}
