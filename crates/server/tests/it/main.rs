//! The service as a client sees it, on SQLite and on PostgreSQL. Each test has a server and a database of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod answers;
mod banks;
mod connections;
mod console;
mod fetch;
mod fuses;
mod hooks;
mod hostile;
mod kept;
mod keys;
mod knowing;
mod logos;
mod near;
mod openapi;
mod past;
mod people;
mod person;
mod personal;
mod pictures;
mod postgres;
mod promise;
mod provider;
mod reading;
mod receiver;
mod reload;
mod review;
mod rights;
mod rules;
mod scenario;
mod searched;
mod trail;
mod watched;
mod world;
