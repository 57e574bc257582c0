//! Detectors: typed facts about a listing, never verdicts.
