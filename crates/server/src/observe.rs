//! What operators see: structured logs, which hold ids and codes and never what a listing says, and metrics.
//! Traces are in [`crate::trace`].

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::filter::{EnvFilter, FilterExt as _, filter_fn};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::trace::Traces;

/// Bounds of the buckets of times, in seconds.
const SECONDS: [f64; 12] = [0.001, 0.002, 0.004, 0.008, 0.015, 0.03, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// Starts writing logs to standard error as JSON lines, and traces where they go; `TOUCHSTONE_LOG` says how much is
/// logged (`info` if it does not).
pub(crate) fn start_logs(traces: Option<&Traces>) {
    let level = EnvFilter::try_from_env("TOUCHSTONE_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    // Spans are for traces: without a collector none is made.
    let events = level.and(filter_fn(|metadata| metadata.is_event()));
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(std::io::stderr);
    let heard = tracing_subscriber::registry().with(lines.with_filter(events)).with(traces.map(Traces::layer));
    // A second server in one process writes to the first one's log.
    let _ = heard.try_init();
}

/// Starts counting; none if somebody in this process already counts.
pub(crate) fn start_metrics() -> Option<PrometheusHandle> {
    let builder =
        PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS).ok()?;
    builder.install_recorder().ok()
}
