//! The roles: the people of a marketplace's fight against fakes, and its machines.

macro_rules! roles {
    ($($variant:ident = $name:literal, $who:literal;)*) => {
        /// What somebody is here.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Role { $(#[doc = $who] $variant,)* }

        impl Role {
            /// All, in the order of the table's columns.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$variant),*];

            /// Its name.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Who has it.
            #[must_use]
            pub fn who(self) -> &'static str {
                match self { $(Self::$variant => $who,)* }
            }
        }
    };
}

roles! {
    Integration = "integration", "A machine of the marketplace, by its key.";
    Analyst = "analyst", "Writes and tries rules and knowledge.";
    Reviewer = "reviewer", "Decides what waits in the queue.";
    Lead = "lead", "Answers for the reviewers, and approves what one person may not do alone.";
    Investigator = "investigator", "Finds out who is behind it.";
    RightsHolder = "rights_holder", "Files notices, and sees what became of them.";
    Seller = "seller", "Reads reasons, proves, appeals.";
    Consumer = "consumer", "Reports a fake.";
    Liaison = "liaison", "Hands sealed packages to authorities.";
    Auditor = "auditor", "Sees who did what, and changes nothing.";
    Administrator = "administrator", "Runs the server: accounts, keys, webhooks; sees no listing.";
    Manager = "manager", "Sees the numbers.";
}

impl Role {
    /// The role of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

/// Some roles. One account may have several, as in a shop of one person; its rights are those of all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Roles(u16);

impl Roles {
    /// Whether the role is among them.
    #[must_use]
    pub fn has(self, role: Role) -> bool {
        self.0 & bit(role) != 0
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each of them, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.has(*role))
    }

    /// The roles of these names; none if one is unknown.
    pub fn parse<'n>(names: impl IntoIterator<Item = &'n str>) -> Option<Self> {
        names.into_iter().map(Role::parse).collect()
    }

    /// Their names.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        self.iter().map(Role::as_str).collect()
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        Self(roles.into_iter().fold(0, |bits, role| bits | bit(role)))
    }
}

fn bit(role: Role) -> u16 {
    1 << role as u16
}
