//! Runs neural models: the runtime, the model files and their versions, threads.
//!
//! A model here is a file with inputs and outputs; what it is for is known one room further, in `touchstone-sight`.
