//! What a key may: scopes narrow the role `integration`. Only `admin` reaches beyond it.

use crate::rights::{Action, Reach, Resource, reach};
use crate::role::{Role, Roles};

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Screen listings, look at pictures, and tell what is known about sellers.
    Screen,
    /// Read listings and decisions as staff sees them.
    Read,
    /// Tell outcomes.
    Outcomes,
    /// Read decisions as the seller is told them, and nothing else.
    Seller,
    /// Read and change the banks of pictures.
    Banks,
    /// Read what happened, as webhooks get it.
    Events,
    /// Read `/metrics`, and nothing else.
    Metrics,
    /// All of it, and what an administrator may.
    Admin,
}

impl Scope {
    /// All scopes.
    pub const ALL: [Self; 8] =
        [Self::Screen, Self::Read, Self::Outcomes, Self::Seller, Self::Banks, Self::Events, Self::Metrics, Self::Admin];

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Screen => "screen",
            Self::Read => "read",
            Self::Outcomes => "outcomes",
            Self::Seller => "seller",
            Self::Banks => "banks",
            Self::Events => "events",
            Self::Metrics => "metrics",
            Self::Admin => "admin",
        }
    }

    /// The scope with this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name)
    }

    /// What of the role's rights it opens: all where it names none.
    #[rustfmt::skip]
    pub(crate) fn opens(self) -> &'static [(Resource, &'static [Action])] {
        use Action::{Approve, Create, Decide, Export, Read};
        match self {
            Self::Screen => &[(Resource::Listing, &[Create]), (Resource::Picture, &[Read]), (Resource::Seller, &[Create])],
            Self::Read => &[
                (Resource::Listing, &[Read]), (Resource::Decision, &[Read]), (Resource::Statement, &[Read]),
                (Resource::Seller, &[Read]), (Resource::Bank, &[Read]), (Resource::Enforcement, &[Read]),
                (Resource::Authorisation, &[Read]),
            ],
            Self::Outcomes => &[(Resource::Outcome, &[Create]), (Resource::Notice, &[Create]), (Resource::Report, &[Create])],
            Self::Seller => &[(Resource::Statement, &[Read])],
            Self::Banks => &[(Resource::Bank, &[Read, Create, Decide, Approve, Export])],
            Self::Events => &[(Resource::Webhook, &[Read])],
            Self::Metrics => &[(Resource::Operation, &[Read])],
            Self::Admin => &[],
        }
    }

    fn reach(self, resource: Resource, action: Action) -> Reach {
        let roles: Roles = match self {
            Self::Admin => [Role::Integration, Role::Administrator].into_iter().collect(),
            _ if self.opens().iter().any(|(of, actions)| *of == resource && actions.contains(&action)) => {
                [Role::Integration].into_iter().collect()
            }
            _ => return Reach::NONE,
        };
        reach(roles, resource, action)
    }
}

/// To which objects of a kind a key with these scopes may do this.
#[must_use]
pub fn reach_of_key(scopes: &[Scope], resource: Resource, action: Action) -> Reach {
    scopes.iter().fold(Reach::NONE, |all, scope| all.or(scope.reach(resource, action)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_open_nothing_that_the_role_may_not() {
        for scope in Scope::ALL {
            assert_eq!(Scope::parse(scope.as_str()), Some(scope));
            for (resource, actions) in scope.opens() {
                for action in *actions {
                    assert!(!scope.reach(*resource, *action).is_none(), "{scope:?} {resource:?} {action:?}");
                }
            }
        }
    }

    #[test]
    fn the_scopes_together_open_all_that_the_role_may() {
        let [narrow @ .., _admin] = Scope::ALL;
        for resource in Resource::ALL {
            for action in Action::ALL {
                let role = reach([Role::Integration].into_iter().collect(), *resource, *action);
                assert_eq!(reach_of_key(&narrow, *resource, *action), role, "{resource:?} {action:?}");
            }
        }
    }

    #[test]
    fn a_machine_is_nobody_with_a_password() {
        for action in Action::ALL {
            let reach = reach_of_key(&[Scope::Admin], Resource::Credential, *action);
            assert!(!reach.covers(crate::Relation::Foreign), "{action:?}");
        }
    }
}
