//! Standard output and standard error.
//!
//! Data goes to standard output and an error there ends the verb: a reader that went away (`| head`)
//! is no failure, see `main`. Everything else goes to standard error, and nobody could be told that
//! it does not get there.

use std::fmt::Display;
use std::io::{self, BufWriter, Stdout, Write};

use anstream::{AutoStream, ColorChoice};
use serde::Serialize;

/// Standard output; its errors say so.
pub(crate) struct Out<W>(W);

/// Standard output for people; colour is dropped where it is not wanted (`NO_COLOR`, a pipe).
pub(crate) fn people() -> Out<AutoStream<Stdout>> {
    Out(anstream::stdout())
}

/// Standard output for programs, byte for byte.
pub(crate) fn data() -> Out<Stdout> {
    Out(io::stdout())
}

/// Standard output for people, buffered. Whoever writes flushes at the end.
pub(crate) fn out() -> BufWriter<Out<AutoStream<Stdout>>> {
    BufWriter::new(people())
}

impl<W: Write> Write for Out<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).map_err(named)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().map_err(named)
    }
}

fn named(error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot write to standard output: {error}"))
}

/// An object on a line of its own. An error of the output stays one, so that who went away is known.
pub(crate) fn json_line(out: &mut impl Write, object: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, object)?;
    out.write_all(b"\n")
}

/// How words stand out on standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    /// Colours.
    Colour,
    /// Without colour: in brackets.
    Plain,
}

/// What standard output can show.
pub(crate) fn ink() -> Ink {
    match AutoStream::choice(&io::stdout()) {
        ColorChoice::Never => Ink::Plain,
        _ => Ink::Colour,
    }
}

/// A line on standard error.
pub(crate) fn note(line: impl Display) {
    let _ = writeln!(anstream::stderr(), "{line}");
}
