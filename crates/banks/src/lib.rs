//! Banks of pictures and logos: who added what and why, and what a picture is a copy of.
