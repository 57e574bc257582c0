//! What a file is, by its first bytes: only what people can look at without running anything.

/// Media types that are kept, and how their files begin.
const KNOWN: [(&str, &[u8]); 5] = [
    ("application/pdf", b"%PDF-"),
    ("image/jpeg", b"\xff\xd8\xff"),
    ("image/png", b"\x89PNG\r\n\x1a\n"),
    ("image/gif", b"GIF8"),
    ("application/json", b"{\""),
];

/// What is kept, for messages.
pub(crate) const KEPT: &str = "PDF, JPEG, PNG, WebP, GIF or plain text";

/// The media type of a file; none of what is not kept. What a sender calls it counts for nothing.
pub(crate) fn sniffed(bytes: &[u8]) -> Option<&'static str> {
    if let Some((media, _)) = KNOWN.iter().find(|(_, magic)| bytes.starts_with(magic)) {
        return Some(media);
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Some("image/webp");
    }
    let is_text =
        std::str::from_utf8(bytes).is_ok_and(|text| !text.trim_start().starts_with('<') && !text.contains('\0'));
    (is_text && !bytes.is_empty()).then_some("text/plain; charset=utf-8")
}

#[cfg(test)]
mod tests {
    use super::sniffed;

    #[test]
    fn a_file_is_what_its_first_bytes_say() {
        assert_eq!(sniffed(b"%PDF-1.7\n"), Some("application/pdf"));
        assert_eq!(sniffed(b"RIFF\0\0\0\0WEBPVP8 "), Some("image/webp"));
        assert_eq!(sniffed("Rechnung für Ware".as_bytes()), Some("text/plain; charset=utf-8"));
    }

    #[test]
    fn what_a_browser_would_run_and_what_nobody_can_read_is_not_kept() {
        for file in [&b" <html><script>"[..], b"<svg/>", b"MZ\x90\0", b"PK\x03\x04\xff", b"a\0b", b""] {
            assert_eq!(sniffed(file), None, "{file:?}");
        }
    }
}
