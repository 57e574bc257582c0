//! Traces for OpenTelemetry: where the time of a call goes, as spans that join the caller's own trace.
//!
//! Off unless the standard variables name a collector: `OTEL_EXPORTER_OTLP_ENDPOINT` (or the one for traces alone).
//! Batches go out as OTLP over HTTP from a thread of the SDK's own; a collector that is slow or gone costs spans, never
//! a call. `OTEL_TRACES_SAMPLER` says how many calls are traced, `OTEL_SERVICE_NAME` how the service is called.
//!
//! A span holds ids, codes, counts and times, never what a listing says.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{TraceContextExt as _, TracerProvider as _};
use opentelemetry_http::{HeaderExtractor, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::Handle;
use tracing::{Span, Subscriber, field};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::Layer;
use tracing_subscriber::registry::LookupSpan;

/// The target of our spans; those of other crates are not exported.
pub(crate) const TARGET: &str = "touchstone::trace";
/// Variables that name the collector; the first that is set counts.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
/// How long a collector may take for a batch.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes of a collector's answer, at most.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// The way to the collector.
pub(crate) struct Traces {
    provider: SdkTracerProvider,
}

impl Traces {
    /// The way to the collector that the environment names, if it names one.
    ///
    /// # Errors
    /// When the address is none that can be spoken to.
    pub(crate) fn from_environment() -> Result<Option<Self>, String> {
        let named = ENDPOINTS.into_iter().find_map(|name| Some((name, std::env::var(name).ok()?)));
        let Some((name, address)) = named.filter(|(_, address)| !address.is_empty() && !disabled()) else {
            return Ok(None);
        };
        if !address.starts_with("http://") {
            return Err(format!("{name} is no http:// address: encrypt behind a collector on this machine"));
        }
        let exporter = SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary);
        let exporter = exporter.with_http_client(Post::new()).build().map_err(|error| format!("{name}: {error}"))?;
        let resource = Resource::builder();
        let unnamed = std::env::var_os("OTEL_SERVICE_NAME").is_none();
        let resource = if unnamed { resource.with_service_name("touchstone") } else { resource };
        let provider = SdkTracerProvider::builder().with_resource(resource.build()).with_batch_exporter(exporter);
        Ok(Some(Self { provider: provider.build() }))
    }

    /// Hears our spans, and nothing else.
    pub(crate) fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(&self) -> impl Layer<S> + use<S> {
        let layer = tracing_opentelemetry::layer().with_tracer(self.provider.tracer("touchstone"));
        let layer = layer.with_location(false).with_threads(false).with_target(false).with_tracked_inactivity(false);
        layer.with_filter(filter_fn(|metadata| metadata.is_span() && metadata.target() == TARGET))
    }

    /// Sends what is left.
    pub(crate) async fn close(self) {
        let sent = tokio::task::spawn_blocking(move || self.provider.shutdown()).await;
        if !matches!(sent, Ok(Ok(()))) {
            tracing::warn!("the last spans did not reach the collector");
        }
    }
}

fn disabled() -> bool {
    std::env::var("OTEL_SDK_DISABLED").is_ok_and(|value| value.eq_ignore_ascii_case("true"))
}

/// The span of a call, in the trace of its caller if the caller sent one.
pub(crate) fn call(method: &Method, route: &str, request_id: &str, headers: &HeaderMap) -> Span {
    let span = tracing::info_span!(
        target: TARGET,
        "call",
        "otel.name" = format_args!("{method} {route}"),
        "otel.kind" = "server",
        "otel.status_code" = field::Empty,
        "http.request.method" = %method,
        "http.route" = route,
        "http.response.status_code" = field::Empty,
        "error.type" = field::Empty,
        request_id,
    );
    if !span.is_disabled() {
        // Fails only where no layer hears the span.
        let _ = span.set_parent(TraceContextPropagator::new().extract(&HeaderExtractor(headers)));
    }
    span
}

/// Tells the span of a call how it ended; `code` is that of the problem, or empty.
pub(crate) fn ended(span: &Span, status: u16, code: &str) {
    span.record("http.response.status_code", status);
    if !code.is_empty() {
        span.record("error.type", code);
    }
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
}

/// The trace that a span belongs to, so that a line of the log leads to it.
pub(crate) fn id(span: &Span) -> Option<String> {
    if span.is_disabled() {
        return None;
    }
    let context = span.context().span().span_context().clone();
    context.is_valid().then(|| context.trace_id().to_string())
}

/// Posts batches from the SDK's thread by way of the server's runtime, and says once when that fails.
#[derive(Debug)]
struct Post {
    client: Client<HttpConnector, Full<Bytes>>,
    runtime: Handle,
    failing: AtomicBool,
}

impl Post {
    fn new() -> Self {
        Self {
            client: Client::builder(TokioExecutor::new()).build_http(),
            runtime: Handle::current(),
            failing: AtomicBool::new(false),
        }
    }

    fn note(&self, failure: Option<String>) {
        let before = self.failing.swap(failure.is_some(), Ordering::Relaxed);
        match failure {
            Some(error) if !before => tracing::warn!(error, "spans do not reach the collector"),
            None if before => tracing::info!("spans reach the collector again"),
            _ => {}
        }
    }
}

#[async_trait::async_trait]
impl HttpClient for Post {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        let exchange = async move {
            let answer = client.request(request.map(Full::new)).await?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, ANSWER_BYTES_MAX).collect().await?.to_bytes();
            Ok(Response::from_parts(head, body))
        };
        let answer = self.runtime.spawn(async { tokio::time::timeout(EXPORT_TIMEOUT, exchange).await }).await;
        let answer: Result<Response<Bytes>, HttpError> = match answer {
            Ok(Ok(answer)) => answer,
            Ok(Err(late)) => Err(late.into()),
            Err(ended) => Err(ended.into()),
        };
        let refused = |answer: &Response<Bytes>| {
            (!answer.status().is_success()).then(|| format!("the collector answers {}", answer.status()))
        };
        self.note(answer.as_ref().map_or_else(|error| Some(error.to_string()), refused));
        answer
    }
}
