//! What a picture may cost, and why one is refused.

use super::Format;

/// What a picture may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes_max: usize,
    /// Width times height.
    pub pixels_max: u64,
    /// Pixels of the longer side.
    pub side_max: u32,
    /// Bytes that decoding may hold at once, the file itself not counted.
    pub memory_bytes_max: u64,
}

/// A photo of 64 megapixels as cameras write it, a detail picture of 790 × 30,000; under half a gigabyte for any file.
impl Default for Limits {
    fn default() -> Self {
        Self { bytes_max: 32 << 20, pixels_max: 64_000_000, side_max: 32_768, memory_bytes_max: 448 << 20 }
    }
}

/// Why a file is no picture that we look at, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No bytes.
    #[error("empty file; send the picture again")]
    Empty,
    /// More bytes than the limit.
    #[error("{bytes} bytes, at most {limit} are looked at; save it smaller or at a lower quality")]
    TooManyBytes {
        /// Bytes of the file.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// More pixels than the limit.
    #[error("{width} × {height} pixels, at most {limit} in all are looked at; make the picture smaller")]
    TooManyPixels {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The limit.
        limit: u64,
    },
    /// A side longer than the limit.
    #[error("{width} × {height} pixels, at most {limit} a side are looked at; cut the picture into several")]
    TooLong {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The limit.
        limit: u32,
    },
    /// Decoding would take more memory than the limit.
    #[error(
        "decoding takes {bytes} bytes of memory, at most {limit} are given; make the picture smaller, or save it as plain (not progressive, not 16 bit)"
    )]
    TooMuchMemory {
        /// Bytes that it would take.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// No format that is known.
    #[error("not a picture that is known; send JPEG, PNG, WebP or GIF")]
    Unknown,
    /// A format that is known and not read.
    #[error("{what} is not read; send JPEG, PNG, WebP or GIF")]
    Unsupported {
        /// The format, or the kind of it.
        what: &'static str,
    },
    /// The file ends before its picture does.
    #[error("truncated {format} file: it ends before the picture does; send it again")]
    Truncated {
        /// The format that the first bytes claim.
        format: Format,
    },
    /// Damaged, or lying about itself.
    #[error("damaged {format} file: {detail}; save it again from the original")]
    Damaged {
        /// The format that the first bytes claim.
        format: Format,
        /// What the reader says.
        detail: String,
    },
}

impl Refusal {
    /// A word for counting and for programs: it never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooManyBytes { .. } => "too_many_bytes",
            Self::TooManyPixels { .. } => "too_many_pixels",
            Self::TooLong { .. } => "too_long",
            Self::TooMuchMemory { .. } => "too_much_memory",
            Self::Unknown => "unknown_format",
            Self::Unsupported { .. } => "unsupported_format",
            Self::Truncated { .. } => "truncated",
            Self::Damaged { .. } => "damaged",
        }
    }

    pub(super) fn damaged(format: Format, detail: impl ToString) -> Self {
        Self::Damaged { format, detail: detail.to_string() }
    }
}

impl Limits {
    pub(super) fn bytes(&self, bytes: usize) -> Result<(), Refusal> {
        match bytes {
            0 => Err(Refusal::Empty),
            bytes if bytes > self.bytes_max => Err(Refusal::TooManyBytes { bytes, limit: self.bytes_max }),
            _ => Ok(()),
        }
    }

    /// Holds sizes and memory against the limits. `memory_bytes` is what decoding will hold at once.
    pub(super) fn fits(&self, width: u32, height: u32, memory_bytes: u64) -> Result<(), Refusal> {
        if u64::from(width) * u64::from(height) > self.pixels_max {
            return Err(Refusal::TooManyPixels { width, height, limit: self.pixels_max });
        }
        if width.max(height) > self.side_max {
            return Err(Refusal::TooLong { width, height, limit: self.side_max });
        }
        if memory_bytes > self.memory_bytes_max {
            return Err(Refusal::TooMuchMemory { bytes: memory_bytes, limit: self.memory_bytes_max });
        }
        Ok(())
    }
}
