//! For whom an account acts. What belongs to the same party is its own.

use crate::role::{Role, Roles};

/// Characters of a part of a name, at most.
const NAME_CHARS_MAX: usize = 500;

/// For whom an account acts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Party {
    /// The marketplace, or nobody but themselves.
    #[default]
    Staff,
    /// A seller, as the marketplace names it.
    Seller {
        /// Marketplace; empty where listings do not say theirs.
        marketplace: String,
        /// Seller.
        seller_id: String,
    },
    /// A rights holder.
    Holder(String),
}

impl Party {
    /// What is wrong with an account that has these roles and acts for this party, if anything.
    ///
    /// # Errors
    /// Says it in words.
    pub fn fits(&self, roles: Roles) -> Result<(), &'static str> {
        let outside = [Role::Seller, Role::RightsHolder, Role::Consumer].map(|role| roles.has(role));
        let names: &[&String] = match self {
            Self::Staff => &[],
            Self::Seller { marketplace, seller_id } => &[marketplace, seller_id],
            Self::Holder(holder) => &[holder],
        };
        if names.iter().any(|name| name.contains('\0') || name.chars().count() > NAME_CHARS_MAX) {
            return Err("a name with a NUL character, or of more than 500 characters");
        }
        match (self, outside) {
            _ if roles.is_empty() => Err("an account has at least one role"),
            _ if roles.has(Role::Integration) => Err("integration is the role of keys, not of accounts"),
            _ if outside.contains(&true) && roles.iter().count() > 1 => {
                Err("seller, rights_holder and consumer are roles that stand alone")
            }
            (Self::Seller { seller_id, .. }, _) if seller_id.is_empty() => Err("a seller's account names its seller"),
            (Self::Holder(holder), _) if holder.is_empty() => Err("a rights holder's account names its rights holder"),
            (Self::Staff, [false, false, _]) | (Self::Seller { .. }, [true, ..]) | (Self::Holder(_), [_, true, _]) => {
                Ok(())
            }
            (_, [true, ..]) => Err("a seller's account names its seller, and nobody else"),
            (_, [_, true, _]) => Err("a rights holder's account names its rights holder, and nobody else"),
            _ => Err("only a seller's account names a seller, only a rights holder's one a rights holder"),
        }
    }

    /// Whether it is this seller.
    #[must_use]
    pub fn is_seller(&self, marketplace: &str, seller_id: &str) -> bool {
        matches!(self, Self::Seller { marketplace: of, seller_id: id } if of == marketplace && id == seller_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_and_party_fit_each_other() {
        let seller = || Party::Seller { marketplace: String::new(), seller_id: "s1".to_owned() };
        let of = |roles: &[Role]| roles.iter().copied().collect::<Roles>();
        assert_eq!(seller().fits(of(&[Role::Seller])), Ok(()));
        assert_eq!(Party::Holder("velatta".to_owned()).fits(of(&[Role::RightsHolder])), Ok(()));
        assert_eq!(Party::Staff.fits(of(&[Role::Administrator, Role::Reviewer, Role::Lead])), Ok(()));
        assert_eq!(Party::Staff.fits(of(&[Role::Consumer])), Ok(()));
        for (party, roles) in [
            (Party::Staff, &[][..]),
            (Party::Staff, &[Role::Integration]),
            (Party::Staff, &[Role::Seller]),
            (Party::Staff, &[Role::RightsHolder]),
            (seller(), &[Role::Reviewer]),
            (seller(), &[Role::Seller, Role::Reviewer]),
            (Party::Seller { marketplace: "plaza".to_owned(), seller_id: String::new() }, &[Role::Seller]),
            (Party::Holder(String::new()), &[Role::RightsHolder]),
            (Party::Holder("velatta".to_owned()), &[Role::Seller]),
        ] {
            assert!(party.fits(of(roles)).is_err(), "{party:?} {roles:?}");
        }
    }
}
