//! Where pictures come from and are kept: fetched safely, stored once under their hash, looked at once.
