//! Names that people log in with.

/// Characters of a name, at most.
const CHARS_MAX: usize = 254;

/// A name in its one form: without spaces around it, in small letters.
///
/// Only what looks like itself is taken: ASCII letters, digits and `. _ - @ +`. A name that a reader takes for another
/// one's can't be made then.
///
/// # Errors
/// Says in words what is wrong.
pub fn parse(text: &str) -> Result<String, &'static str> {
    let name = text.trim().to_ascii_lowercase();
    if name.is_empty() || name.len() > CHARS_MAX {
        return Err("a login has 1 to 254 characters");
    }
    match name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-@+".contains(&b)) {
        true => Ok(name),
        false => Err("a login is made of ASCII letters, digits and . _ - @ +"),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_name_has_one_form() {
        assert_eq!(parse(" Anna.Li+shop@Example.com ").as_deref(), Ok("anna.li+shop@example.com"));
        for wrong in ["", " ", "anna li", "аnna", "anna\0", &"a".repeat(255)] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
