//! Traces reach a collector: OTLP over HTTP, taken here by a listener of our own.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;

use crate::process::{Server, key};

/// Answers what is posted; gives path and body of each.
fn collector() -> (String, mpsc::Receiver<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (posted, received) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let posted = posted.clone();
            std::thread::spawn(move || while take(&stream, &posted).is_some() {});
        }
    });
    (address, received)
}

/// One post; none when the caller has gone.
fn take(mut stream: &TcpStream, posted: &mpsc::Sender<(String, Vec<u8>)>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let (mut path, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        path = line.strip_prefix("post ").and_then(|rest| rest.split(' ').next()).map_or(path, str::to_owned);
        length = line.strip_prefix("content-length: ").and_then(|number| number.parse().ok()).unwrap_or(length);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    posted.send((path, body)).ok()?;
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").ok()
}

fn attributes(span: &Span) -> BTreeMap<&str, String> {
    let text = |value: &Value| match value {
        Value::StringValue(text) => text.clone(),
        Value::IntValue(number) => number.to_string(),
        other => format!("{other:?}"),
    };
    span.attributes
        .iter()
        .filter_map(|pair| Some((pair.key.as_str(), text(pair.value.as_ref()?.value.as_ref()?))))
        .collect()
}

/// The spans that came until the server had ended.
fn spans(received: &mpsc::Receiver<(String, Vec<u8>)>) -> Vec<Span> {
    let mut spans = Vec::new();
    while let Ok((path, body)) = received.recv_timeout(Duration::from_millis(500)) {
        assert_eq!(path, "/v1/traces");
        let request = ExportTraceServiceRequest::decode(body.as_slice()).unwrap();
        let scopes = request.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
        spans.extend(scopes.flat_map(|scope| scope.spans));
    }
    spans
}

#[test]
fn a_call_is_a_trace_that_continues_its_callers() {
    let (address, received) = collector();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let collector = format!("OTEL_EXPORTER_OTLP_ENDPOINT={address}");
    let mut server = Server::start(&data, &["env", &collector], &[]);
    let secret = key(&data, "screen");
    let caller = "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\nx-request-id: order-7\r\n";
    let body = r#"{"id":"1","title":"Velatta bag, ask Anna +86 139 1234 5678","seller_id":"anna"}"#;
    assert_eq!(server.call("POST", "/v1/screen", &secret, caller, body).unwrap().0, 200);
    assert_eq!(server.call("POST", "/v1/screen", &secret, "", r#"{"title":"no id"}"#).unwrap().0, 422);
    server.signal("TERM");
    assert!(server.process.wait().unwrap().success());

    let spans = spans(&received);
    let in_trace: BTreeMap<&str, &Span> = spans
        .iter()
        .filter(|span| span.trace_id == 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c_u128.to_be_bytes())
        .map(|span| (span.name.as_str(), span))
        .collect();
    let call = in_trace["POST /v1/screen"];
    assert_eq!(call.parent_span_id, 0xb7ad_6b71_6920_3331_u64.to_be_bytes());
    let told = attributes(call);
    assert_eq!((told["request_id"].as_str(), told["http.response.status_code"].as_str()), ("order-7", "200"));
    for step in ["look up sellers", "look up the past", "screen", "store"] {
        assert_eq!(in_trace[step].parent_span_id, call.span_id, "{step}");
        assert!(call.start_time_unix_nano <= in_trace[step].start_time_unix_nano, "{step}");
    }
    let failed = spans.iter().find(|span| attributes(span).get("error.type").is_some_and(|code| code == "bad_listing"));
    let failed = failed.unwrap();
    assert!(failed.parent_span_id.is_empty());
    let trace_id: String = failed.trace_id.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(server.log().contains(&trace_id), "the line of the log leads to the trace");
    for said in ["Velatta", "1234 5678", "anna", secret.as_str()] {
        assert!(!format!("{spans:?}").contains(said), "{said}");
    }
}

#[test]
fn a_collector_that_is_gone_costs_no_call() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let collector = format!("OTEL_EXPORTER_OTLP_ENDPOINT=http://{gone}");
    let mut server = Server::start(&data, &["env", &collector, "OTEL_BSP_SCHEDULE_DELAY=50"], &[]);
    let secret = key(&data, "screen");
    for number in 0..20 {
        let body = format!(r#"{{"id":"{number}","title":"Velatta bag"}}"#);
        assert_eq!(server.call("POST", "/v1/screen", &secret, "", &body).unwrap().0, 200);
    }
    server.signal("TERM");
    assert!(server.process.wait().unwrap().success());
    assert!(server.log().contains("spans do not reach the collector"), "{}", server.log());
}
