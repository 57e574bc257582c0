//! What is on a picture: its embedding, the kind of goods, text, logos.
