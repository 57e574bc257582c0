//! Limits of a server as flags; the defaults are those of [`Config`].

use std::time::Duration;

use clap::Args;
use touchstone_server::Config;

use crate::units::{bytes, time};

/// How much a server takes at once, and how long it waits.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct Limits {
    /// Calls a second that one key may make for long; more are answered 429.
    #[arg(long, value_name = "N", default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..))]
    rate: u32,
    /// Calls that one key may make at once.
    #[arg(long, value_name = "N", default_value_t = 4_000, value_parser = clap::value_parser!(u32).range(1..))]
    burst: u32,
    /// How long a call of few listings may wait for those before it; what would wait longer is answered 503 at once.
    #[arg(long, value_name = "TIME", default_value = "250ms", value_parser = time)]
    wait_max: Duration,
    /// Listings in work at once, whatever they wait; more are answered 503.
    #[arg(long, value_name = "N", default_value_t = 4_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    listings_max: u32,
    /// Listings of one call; more are answered 413.
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    items_max: u32,
    /// Bytes of one body; more are answered 413.
    #[arg(long, value_name = "SIZE", default_value = "16MiB", value_parser = bytes)]
    body_max: usize,
    /// Bytes of bodies and answers in memory at once; bodies beyond it are answered 503.
    #[arg(long, value_name = "SIZE", default_value = "128MiB", value_parser = bytes)]
    memory_max: usize,
    /// Calls at once other than for screening; more are answered 503.
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    calls_max: u32,
    /// Connections at once; more are closed. Lowered where the process may not open so many files.
    #[arg(long, value_name = "N", default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    connections_max: u32,
    /// How long a connection may take to send the head of a request, also of its first; then it is closed.
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = time)]
    head_timeout: Duration,
    /// How long a connection may take to take an answer; then it is closed.
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = time)]
    answer_timeout: Duration,
    /// How long a call may take: 408 where its body comes too slowly, else 503.
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = time)]
    timeout: Duration,
    /// How long accepted calls have to end when the server is told to stop.
    #[arg(long, value_name = "TIME", default_value = "20s", value_parser = time)]
    stop_timeout: Duration,
}

impl Limits {
    /// Puts them into the settings.
    pub(crate) fn set(&self, config: &mut Config) {
        (config.rate_per_second, config.burst) = (self.rate, self.burst);
        config.wait_max = self.wait_max;
        config.listings_in_work_max = count(self.listings_max);
        config.items_max = count(self.items_max);
        (config.body_bytes_max, config.bytes_in_flight_max) = (self.body_max, self.memory_max);
        config.calls_beside_max = count(self.calls_max);
        config.connections_max = count(self.connections_max);
        (config.head_timeout, config.answer_timeout) = (self.head_timeout, self.answer_timeout);
        (config.timeout, config.shutdown_timeout) = (self.timeout, self.stop_timeout);
    }
}

fn count(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Given {
        #[command(flatten)]
        limits: Limits,
    }

    #[test]
    fn what_is_not_given_is_the_default() {
        let mut config = Config::new("data".into(), "knowledge".into(), "policy".into());
        let default = format!("{config:?}");
        Given::parse_from(["serve"]).limits.set(&mut config);
        assert_eq!(format!("{config:?}"), default);
    }
}
