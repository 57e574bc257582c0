//! Why a picture was not fetched.

use std::error::Error;

/// Why a picture was not fetched. It says nothing of what lies behind an address but what whoever wrote it knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// No address, or one of more than 2,048 bytes.
    #[error("no address as https://example.com/picture.jpg")]
    Address,
    /// Neither http nor https.
    #[error("only http and https are fetched")]
    Scheme,
    /// Plain http, over which nothing is sent.
    #[error("only https is sent to")]
    Plain,
    /// A name or password in the address.
    #[error("an address with a user name or password is not fetched")]
    Credentials,
    /// A port on which no web is served.
    #[error("only the ports 80, 443, 8080 and 8443 are asked")]
    Port,
    /// The address, or one to which its name resolves, is not a public one.
    #[error("the address leads to a network that is not public")]
    Forbidden,
    /// The name resolves to nothing.
    #[error("the name of the host is not known")]
    NoHost,
    /// More redirects than are followed.
    #[error("more than {0} redirects")]
    Redirects(usize),
    /// No connection, or it broke off.
    #[error("the host does not answer, or breaks off")]
    Unreachable,
    /// It took longer than it may.
    #[error("it took too long")]
    TooSlow,
    /// Another answer than a picture.
    #[error("the host answers {0}")]
    Status(u16),
    /// A compressed body, which was not asked for.
    #[error("the answer is compressed, which was not asked for")]
    Encoded,
    /// More bytes than the limit.
    #[error("more than {0} bytes")]
    TooLarge(usize),
    /// The first bytes are no picture's.
    #[error("the answer is no JPEG, PNG, WebP, GIF or AVIF file")]
    NoPicture,
    /// Our own side.
    #[error("fetching failed: {0}")]
    Internal(String),
}

/// A resolved name that is not gone to.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error("a network that is not public")]
    Forbidden,
    #[error("no such host")]
    NoHost,
}

impl FetchError {
    /// A stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Address => "bad_address",
            Self::Scheme => "bad_scheme",
            Self::Plain => "not_https",
            Self::Credentials => "credentials_in_address",
            Self::Port => "bad_port",
            Self::Forbidden => "not_public",
            Self::NoHost => "no_such_host",
            Self::Redirects(_) => "too_many_redirects",
            Self::Unreachable => "unreachable",
            Self::TooSlow => "too_slow",
            Self::Status(_) => "refused_by_host",
            Self::Encoded => "compressed",
            Self::TooLarge(_) => "too_large",
            Self::NoPicture => "no_picture",
            Self::Internal(_) => "internal",
        }
    }

    /// Whether another try later may succeed.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::NoHost | Self::Unreachable | Self::TooSlow | Self::Internal(_) => true,
            Self::Status(status) => matches!(status, 408 | 425 | 429 | 500..=599),
            _ => false,
        }
    }

    /// What the client says.
    pub(super) fn of(error: &reqwest::Error) -> Self {
        let mut cause = error.source();
        while let Some(inner) = cause {
            match inner.downcast_ref::<Refused>() {
                Some(Refused::Forbidden) => return Self::Forbidden,
                Some(Refused::NoHost) => return Self::NoHost,
                None => cause = inner.source(),
            }
        }
        if error.is_builder() {
            Self::Internal(error.to_string())
        } else if error.is_timeout() {
            Self::TooSlow
        } else {
            Self::Unreachable
        }
    }
}
