//! The split into a half that people tune on and a half that stays unseen.

use clap::ValueEnum;
use sha2::{Digest, Sha256};

/// Half of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// Mistakes are listed and may be learnt from.
    Tune,
    /// Only rates are printed.
    Held,
}

impl Half {
    /// The half of a row: the lowest bit of the first byte of the SHA-256 of its id. It does not change when rows
    /// are added or sorted otherwise.
    ///
    /// ```
    /// # use touchstone_evaluation::half::Half;
    /// assert_eq!(Half::of("abc"), Half::Tune); // SHA-256 ba7816bf…
    /// assert_eq!(Half::of(""), Half::Held); // SHA-256 e3b0c442…
    /// ```
    pub fn of(id: &str) -> Self {
        match Sha256::digest(id).first().map(|byte| byte & 1) {
            Some(0) => Self::Tune,
            _ => Self::Held,
        }
    }
}

/// Which rows the rates are over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Split {
    /// Both halves.
    #[default]
    All,
    /// The half that mistakes are listed of.
    Tune,
    /// The half that stays unseen.
    Held,
}

impl Split {
    /// Whether rows of `half` belong to it.
    pub fn holds(self, half: Half) -> bool {
        match self {
            Self::All => true,
            Self::Tune => half == Half::Tune,
            Self::Held => half == Half::Held,
        }
    }

    /// Its name, as it is typed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Tune => "tune",
            Self::Held => "held",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Half, Split};

    #[test]
    fn halves_are_about_equal_and_apart() {
        let tune = (0..1_000).filter(|n| Half::of(&format!("row-{n}")) == Half::Tune).count();
        assert!((450..550).contains(&tune), "{tune}");
        assert!(Split::All.holds(Half::Held) && Split::Held.holds(Half::Held) && !Split::Tune.holds(Half::Held));
    }
}
