//! Who may do what to what: one table, read by hand. All rights of people and machines stand here and nowhere else.

use crate::role::{Role, Roles};

macro_rules! names {
    ($(#[$of:meta])* $type:ident: $($variant:ident = $name:literal, $what:literal;)*) => {
        $(#[$of])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $type { $(#[doc = $what] $variant,)* }

        impl $type {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its name.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it is.
            #[must_use]
            pub fn what(self) -> &'static str {
                match self { $(Self::$variant => $what,)* }
            }
        }
    };
}

names! {
    /// A kind of thing that somebody may do something to.
    Resource:
    Listing = "listing", "What sellers offer, as staff sees it.";
    Picture = "picture", "What is seen on pictures.";
    Bank = "bank", "Banks of known pictures.";
    Seller = "seller", "What the marketplace knows about a seller; own: the account's seller.";
    Decision = "decision", "What was decided, as staff sees it.";
    Statement = "statement", "What the seller is told; own: about the account's seller.";
    Outcome = "outcome", "What was learnt later.";
    Queue = "queue", "What waits for a person; assigned: locked by this person.";
    Case = "case", "Cases with their evidence; assigned: given to this person.";
    Enforcement = "action", "What was done to a listing or a seller; own: the account's seller.";
    Appeal = "appeal", "Appeals and their proof; own: the account's seller.";
    Notice = "notice", "Notices of rights holders; own: the account's rights holder.";
    Report = "report", "Reports of consumers; own: this person's.";
    Authorisation = "authorisation", "Proof that was accepted; own: the account's seller or rights holder.";
    Knowledge = "knowledge", "Brands, words, prices.";
    Rule = "rule", "The policy.";
    Measure = "measure", "The numbers: prevalence, errors, times.";
    Account = "account", "Accounts and their roles; own: this person's.";
    Credential = "credential", "Password and second factor; own: this person's.";
    Session = "session", "Sessions that are open; own: this person's.";
    Key = "key", "Keys of machines.";
    Webhook = "webhook", "Where events are sent, and what was sent.";
    Operation = "operation", "The running server: its metrics, its files.";
    Audit = "audit", "Who changed what.";
    AccessLog = "access_log", "Who read whose personal data.";
}

names! {
    /// What is done.
    Action:
    Read = "read", "see it";
    Create = "create", "make one, tell one";
    Decide = "decide", "say what becomes of it";
    Undo = "undo", "take back what was done";
    Approve = "approve", "the second person's yes";
    Export = "export", "take it out as a file";
    Configure = "configure", "change how it works";
    Erase = "erase", "end it for good";
}

impl Action {
    /// Its letter in the table.
    #[must_use]
    pub fn letter(self) -> char {
        match self {
            Self::Read => 'r',
            Self::Create => 'c',
            Self::Decide => 'd',
            Self::Undo => 'u',
            Self::Approve => 'a',
            Self::Export => 'x',
            Self::Configure => 'k',
            Self::Erase => 'e',
        }
    }
}

/// How somebody stands to one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// It belongs to the person's party, or is the person's.
    Own,
    /// It was given to the person.
    Assigned,
    /// Neither.
    Foreign,
}

/// To which objects a right reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reach {
    any: bool,
    own: bool,
    assigned: bool,
}

impl Reach {
    /// To none.
    pub const NONE: Self = Self { any: false, own: false, assigned: false };
    /// To all.
    pub const ANY: Self = Self { any: true, own: false, assigned: false };

    /// Whether it reaches to no object at all.
    #[must_use]
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// Whether it reaches to every object.
    #[must_use]
    pub fn is_any(self) -> bool {
        self.any
    }

    /// Whether it reaches to an object that somebody stands to in this way.
    #[must_use]
    pub fn covers(self, relation: Relation) -> bool {
        self.any
            || match relation {
                Relation::Own => self.own,
                Relation::Assigned => self.assigned,
                Relation::Foreign => false,
            }
    }

    /// What either reaches to.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self { any: self.any || other.any, own: self.own || other.own, assigned: self.assigned || other.assigned }
    }
}

/// The table. Small letters reach to all, capitals to one's own, a letter with `'` behind it to what one was given.
/// r read, c create, d decide, u undo, a approve, x export, k configure, e erase.
#[rustfmt::skip]
pub(crate) const TABLE: &[(Resource, [&str; Role::ALL.len()])] = {
    use Resource::{
        AccessLog, Account, Appeal, Audit, Authorisation, Bank, Case, Credential, Decision, Enforcement, Key, Knowledge, Listing,
        Measure, Notice, Operation, Outcome, Picture, Queue, Report, Rule, Seller, Session, Statement, Webhook,
    };
    &[
    //               machine  analyst reviewer lead   investig. holder seller  consumer liaison auditor admin. manager
    (Listing,       ["rc",    "rc",   "r",    "r",    "rx",    "",     "",     "",     "",     "r",    "",    ""]),
    (Picture,       ["r",     "r",    "r",    "r",    "r",     "",     "",     "",     "",     "",     "",    ""]),
    (Bank,          ["rcdax", "rcd",  "r",    "rcdax","r",     "",     "",     "",     "",     "r",    "",    ""]),
    (Seller,        ["rc",    "r",    "r",    "r",    "rx",    "",     "R",    "",     "",     "r",    "e",   ""]),
    (Decision,      ["r",     "r",    "r",    "r",    "rx",    "",     "",     "",     "",     "r",    "",    ""]),
    (Statement,     ["r",     "r",    "r",    "rx",   "r",     "",     "R",    "",     "",     "rx",   "",    ""]),
    (Outcome,       ["c",     "r",    "rc",   "rc",   "rc",    "",     "",     "",     "",     "r",    "",    ""]),
    (Queue,         ["",      "",     "rd'",  "rdk",  "rd'",   "",     "",     "",     "",     "r",    "",    "r"]),
    (Case,          ["",      "",     "rcd'", "rcdax","rcdx",  "",     "",     "",     "r'x'", "r",    "",    "r"]),
    (Enforcement,   ["r",     "r",    "rcu'", "rcua", "rc",    "",     "R",    "",     "",     "r",    "",    "ra"]),
    (Appeal,        ["",      "",     "rd'",  "rda",  "r",     "",     "RC",   "",     "",     "r",    "",    "r"]),
    (Notice,        ["c",     "",     "rd'",  "rd",   "r",     "RC",   "",     "",     "",     "r",    "",    "r"]),
    (Report,        ["c",     "",     "rd'",  "rd",   "r",     "",     "",     "RC",   "",     "r",    "",    "r"]),
    (Authorisation, ["r",     "r",    "rd'",  "rdu",  "r",     "R",    "RC",   "",     "",     "r",    "",    ""]),
    (Knowledge,     ["",      "rck",  "r",    "r",    "r",     "",     "",     "",     "",     "r",    "",    ""]),
    (Rule,          ["",      "rck",  "r",    "ra",   "r",     "",     "",     "",     "",     "r",    "",    "r"]),
    (Measure,       ["",      "r",    "",     "r",    "",      "",     "",     "",     "",     "rx",   "r",   "rx"]),
    (Account,       ["",      "R",    "R",    "R",    "R",     "R",    "R",    "R",    "R",    "r",    "rcke","R"]),
    (Credential,    ["",      "K",    "K",    "K",    "K",     "K",    "K",    "K",    "K",    "K",    "K",   "K"]),
    (Session,       ["",      "RE",   "RE",   "RE",   "RE",    "RE",   "RE",   "RE",   "RE",   "rE",   "re",  "RE"]),
    (Key,           ["",      "",     "",     "",     "",      "",     "",     "",     "",     "r",    "rck", ""]),
    (Webhook,       ["r",     "",     "",     "",     "",      "",     "",     "",     "",     "r",    "rck", ""]),
    (Operation,     ["r",     "",     "",     "",     "",      "",     "",     "",     "",     "",     "rk",  ""]),
    (Audit,         ["",      "",     "",     "",     "",      "",     "",     "",     "",     "rx",   "r",   ""]),
    (AccessLog,     ["",      "",     "",     "",     "",      "",     "",     "",     "",     "rx",   "r",   ""]),
    ]
};

/// To which objects of a kind somebody in these roles may do this.
#[must_use]
pub fn reach(roles: Roles, resource: Resource, action: Action) -> Reach {
    let row = TABLE.iter().find(|(of, _)| *of == resource);
    let cells = row.into_iter().flat_map(|(_, cells)| Role::ALL.into_iter().zip(cells));
    let held = cells.filter(|(role, _)| roles.has(*role));
    held.fold(Reach::NONE, |reach, (_, cell)| reach.or(in_cell(cell, action)))
}

/// What a cell of the table says of an action.
fn in_cell(cell: &str, action: Action) -> Reach {
    let mut letters = cell.chars().peekable();
    let mut reach = Reach::NONE;
    while let Some(letter) = letters.next() {
        let given = letters.next_if_eq(&'\'').is_some();
        if letter.to_ascii_lowercase() == action.letter() {
            let own = letter.is_ascii_uppercase();
            reach = reach.or(Reach { any: !given && !own, own, assigned: given });
        }
    }
    reach
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(role: Role, resource: Resource, action: Action) -> Reach {
        reach([role].into_iter().collect(), resource, action)
    }

    #[test]
    fn every_resource_has_one_line_and_every_letter_a_meaning() {
        let lines: Vec<Resource> = TABLE.iter().map(|(resource, _)| *resource).collect();
        assert_eq!(lines, Resource::ALL);
        let letters: Vec<char> = Action::ALL.iter().map(|action| action.letter()).collect();
        for (resource, cells) in TABLE {
            for cell in cells {
                let known = cell.chars().all(|c| c == '\'' || letters.contains(&c.to_ascii_lowercase()));
                let once = letters.iter().all(|l| cell.to_ascii_lowercase().matches(*l).count() <= 1);
                assert!(known && once && !cell.starts_with('\''), "{resource:?} {cell}");
            }
        }
    }

    #[test]
    fn a_letter_says_how_far_it_reaches() {
        let seen = |cell: &str, action| {
            let reach = in_cell(cell, action);
            [Relation::Own, Relation::Assigned, Relation::Foreign].map(|relation| reach.covers(relation))
        };
        assert_eq!(seen("rcD", Action::Read), [true, true, true]);
        assert_eq!(seen("rcD", Action::Decide), [true, false, false]);
        assert_eq!(seen("rd'c", Action::Decide), [false, true, false]);
        assert_eq!(seen("rd'c", Action::Create), [true, true, true]);
        assert_eq!(seen("rd'c", Action::Undo), [false, false, false]);
    }

    /// Lines that a shop would be sued or ruined for.
    #[test]
    fn what_must_never_be() {
        let outside = [Role::RightsHolder, Role::Seller, Role::Consumer, Role::Liaison];
        for resource in Resource::ALL {
            for action in Action::ALL {
                for role in outside {
                    let reach = one(role, *resource, *action);
                    assert!(!reach.is_any(), "{role:?} reaches every {resource:?}");
                }
                let audited = one(Role::Auditor, *resource, *action);
                let passive = [Action::Read, Action::Export].contains(action);
                assert!(passive || !audited.is_any(), "an auditor changes {resource:?}");
            }
        }
        // Who runs the machine sees nobody's listings; who sees them erases nothing.
        for resource in [Resource::Listing, Resource::Decision, Resource::Statement, Resource::Case] {
            assert!(one(Role::Administrator, resource, Action::Read).is_none());
        }
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Administrator) {
            assert!(one(role, Resource::Seller, Action::Erase).is_none());
            assert!(one(role, Resource::Account, Action::Configure).is_none());
        }
    }

    #[test]
    fn several_roles_may_what_each_of_them_may() {
        let both: Roles = [Role::Administrator, Role::Reviewer].into_iter().collect();
        for resource in Resource::ALL {
            for action in Action::ALL {
                let each = one(Role::Administrator, *resource, *action).or(one(Role::Reviewer, *resource, *action));
                assert_eq!(reach(both, *resource, *action), each);
            }
        }
        assert_eq!(Roles::parse(both.names()), Some(both));
        assert_eq!(Roles::parse(["reviewer", "emperor"]), None);
    }
}
