//! What operators see: structured logs, which hold ids and codes and never what a listing says, and metrics.

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// Bounds of the buckets of times, in seconds.
const SECONDS: [f64; 12] = [0.001, 0.002, 0.004, 0.008, 0.015, 0.03, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// Starts writing logs to standard error as JSON lines; `TOUCHSTONE_LOG` says how much (`info` if it does not).
pub(crate) fn start_logs() {
    let filter = EnvFilter::try_from_env("TOUCHSTONE_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let lines =
        tracing_subscriber::fmt().json().flatten_event(true).with_writer(std::io::stderr).with_env_filter(filter);
    // A second server in one process writes to the first one's log.
    let _ = lines.try_init();
}

/// Starts counting; none if somebody in this process already counts.
pub(crate) fn start_metrics() -> Option<PrometheusHandle> {
    let builder =
        PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS).ok()?;
    builder.install_recorder().ok()
}
