//! Brands, products, prices and lexicons: read as TOML, compiled to a snapshot.
