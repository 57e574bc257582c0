//! Where an item ends: behind `</item>` or `</entry>` that stands in no comment and no CDATA section.

use memchr::memmem;

use crate::feed::records::{Boundary, Last};

/// Finds the ends of items. Everything between two items belongs to the later one.
#[derive(Debug, Default)]
pub(super) struct Items {
    looked_at: usize,
    /// What ends the section that is being skipped.
    closer: Option<&'static [u8]>,
}

/// Sections in which markup means nothing, with what ends them.
const SECTIONS: [(&[u8], &[u8]); 3] = [(b"<![CDATA[", b"]]>"), (b"<!--", b"-->"), (b"<?", b"?>")];

/// Bytes of the longest thing that [`Items`] recognises.
const MARK: usize = 9;

impl Items {
    /// Skips the section, if its end is in the window.
    fn close(&mut self, closer: &'static [u8], window: &[u8]) -> bool {
        match memmem::find(&window[self.looked_at..], closer) {
            Some(found) => {
                self.looked_at += found + closer.len();
                self.closer = None;
                true
            }
            None => {
                self.looked_at = window.len().saturating_sub(closer.len() - 1).max(self.looked_at);
                false
            }
        }
    }

    /// Goes to the next `<` behind which there is enough to tell what it starts.
    fn open<'w>(&mut self, window: &'w [u8]) -> Option<&'w [u8]> {
        let rest = &window[self.looked_at..];
        let found = memchr::memchr(b'<', rest);
        self.looked_at += found.unwrap_or(rest.len());
        let mark = &window[self.looked_at..];
        (mark.len() >= MARK || is_item_end(mark).is_some()).then_some(mark)
    }
}

impl Boundary for Items {
    fn end(&mut self, window: &[u8]) -> Option<usize> {
        loop {
            if let Some(closer) = self.closer
                && !self.close(closer, window)
            {
                return None;
            }
            let mark = self.open(window)?;
            if let Some(len) = is_item_end(mark) {
                return Some(self.looked_at + len);
            }
            let section = SECTIONS.into_iter().find(|(opener, _)| mark.starts_with(opener));
            self.closer = section.map(|(_, closer)| closer);
            self.looked_at += section.map_or(1, |(opener, _)| opener.len());
        }
    }

    fn restart(&mut self) {
        *self = Self::default();
    }

    fn hard_end(&self, window: &[u8]) -> Option<usize> {
        memmem::find_iter(window, b"</").find_map(|found| Some(found + is_item_end(&window[found..])?))
    }

    /// An item in a section that never closes can be given up, if an end of an item follows.
    fn at_end(&self, window: &[u8]) -> Last {
        if self.closer.is_some() && self.hard_end(window).is_some() { Last::Broken } else { Last::Tail }
    }
}

/// Length of the end tag of an item, if that is what comes.
fn is_item_end(mark: &[u8]) -> Option<usize> {
    let name = mark.strip_prefix(b"</")?;
    let name = name.strip_prefix(b"item").or_else(|| name.strip_prefix(b"entry"))?;
    // Blanks may stand before the bracket, but nobody needs many.
    let blanks = name.iter().take(4).take_while(|byte| byte.is_ascii_whitespace()).count();
    (name.get(blanks) == Some(&b'>')).then(|| mark.len() - name.len() + blanks + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let found = Items::default().end(text.as_bytes()).map(|len| &text[..len]);
        assert_eq!(found, expected, "{text}");
        let mut grown = Items::default();
        let end = (0..=text.len()).find_map(|len| grown.end(&text.as_bytes()[..len]));
        assert_eq!(end.map(|len| &text[..len]), expected, "{text} byte by byte");
    }

    #[test]
    fn ends_of_items() {
        check("<item>a</item>b", Some("<item>a</item>"));
        check("<entry>a</entry >", Some("<entry>a</entry >"));
        check("<a></items></b></item>", Some("<a></items></b></item>"));
        check("<!-- </item> --></item>", Some("<!-- </item> --></item>"));
        check("<![CDATA[</item>]]></item>", Some("<![CDATA[</item>]]></item>"));
        check("<?x </item>?></item>", Some("<?x </item>?></item>"));
        check("<![CDATA[</item>", None);
        check("<item>", None);
        check("", None);
    }
}
