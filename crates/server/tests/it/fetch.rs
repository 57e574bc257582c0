//! Pictures by address, from hosts that mean no good.

use std::collections::HashMap;
use std::io::Write as _;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use touchstone_server::fetch::{FetchError, FetchLimits, Fetched, Fetcher, Format, Looked, Names, Networks};

const JPEG: &[u8] = b"\xff\xd8\xff\xe0 as if it were one";

/// Names that tests make up. One that is asked again says the next thing.
#[derive(Default)]
struct Zone {
    names: HashMap<&'static str, Vec<Vec<IpAddr>>>,
    asked: Mutex<HashMap<String, usize>>,
}

impl Zone {
    fn of(names: &[(&'static str, &[&[&str]])]) -> Arc<Self> {
        let addresses = |list: &&[&str]| list.iter().map(|address| address.parse().unwrap()).collect();
        let names = names.iter().map(|(name, turns)| (*name, turns.iter().map(addresses).collect())).collect();
        Arc::new(Self { names, asked: Mutex::default() })
    }
}

impl Names for Zone {
    fn look_up(&self, name: String) -> Looked {
        let turns = self.names.get(name.as_str());
        let mut asked = self.asked.lock().unwrap();
        let turn = asked.entry(name).and_modify(|turn| *turn += 1).or_insert(0);
        let found = turns.map(|turns| turns[(*turn).min(turns.len() - 1)].clone());
        let found = found.ok_or_else(|| std::io::Error::other("no such name"));
        Box::pin(std::future::ready(found))
    }
}

/// A host that does as the path of a request says, and counts requests.
struct Host {
    port: u16,
    requests: Arc<AtomicUsize>,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Host {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (requests, heads) = (Arc::<AtomicUsize>::default(), Arc::<Mutex<Vec<String>>>::default());
        let (counted, noted) = (Arc::clone(&requests), Arc::clone(&heads));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, port, Arc::clone(&counted), Arc::clone(&noted)));
            }
        });
        Self { port, requests, heads }
    }

    fn at(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }
}

async fn serve(
    mut stream: TcpStream,
    port: u16,
    requests: Arc<AtomicUsize>,
    heads: Arc<Mutex<Vec<String>>>,
) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    requests.fetch_add(1, Ordering::SeqCst);
    let head = String::from_utf8(head).unwrap();
    let path = head.split(' ').nth(1).unwrap().trim_start_matches('/').to_owned();
    heads.lock().unwrap().push(head);
    let (what, rest) = path.split_once('/').unwrap_or((&path, ""));
    let redirect = |to: &str| format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n").into_bytes();
    let answer = |head: &str, body: &[u8]| [format!("HTTP/1.1 {head}\r\n\r\n").as_bytes(), body].concat();
    let sized = |kind: &str, body: &[u8]| {
        answer(&format!("200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}", body.len()), body)
    };
    let bytes = match what {
        "picture" => sized("text/html", JPEG),
        "page" => sized("image/jpeg", &[b"<!doctype html>", &[b' '; 4_000][..]].concat()),
        "short" => sized("image/jpeg", b"\xff"),
        "none" => sized("image/jpeg", b""),
        "status" => answer(&format!("{rest} As Asked\r\ncontent-length: 0"), b""),
        "to" => redirect(&rest.replace("PORT", &port.to_string())),
        "round" => match rest.parse::<usize>().unwrap() {
            0 => redirect("/picture"),
            left => redirect(&format!("/round/{}", left - 1)),
        },
        "nowhere" => answer("302 Found\r\ncontent-length: 0", b""),
        "huge" => answer("200 OK\r\ncontent-length: 99999999999", JPEG),
        "bomb" => {
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            gzip.write_all(&[0; 1 << 20]).unwrap();
            let gzip = gzip.finish().unwrap();
            answer(&format!("200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}", gzip.len()), &gzip)
        }
        "cut" => answer("200 OK\r\ncontent-length: 1000", JPEG),
        "endless" => {
            stream.write_all(&answer("200 OK\r\nconnection: close", JPEG)).await.ok()?;
            loop {
                stream.write_all(&[7; 64 << 10]).await.ok()?;
            }
        }
        "drip" => {
            stream.write_all(&answer("200 OK\r\ncontent-length: 1000", JPEG)).await.ok()?;
            std::future::pending().await
        }
        "silent" => std::future::pending().await,
        _ => answer("404 Not Found\r\ncontent-length: 0", b""),
    };
    stream.write_all(&bytes).await.ok()
}

fn limits() -> FetchLimits {
    FetchLimits { bytes_max: 100_000, total: Duration::from_secs(20), ..FetchLimits::default() }
}

fn fetcher(limits: FetchLimits, allowed: &[&str], names: Arc<Zone>) -> Fetcher {
    Fetcher::new(limits, Networks::with(allowed).unwrap(), names).unwrap()
}

/// One that may go to this machine.
fn local() -> Fetcher {
    fetcher(limits(), &["127.0.0.0/8"], Zone::of(&[]))
}

fn code(fetched: Result<Fetched, FetchError>) -> &'static str {
    fetched.map_or_else(|error| error.code(), |_| "fetched")
}

#[tokio::test]
async fn a_picture_is_fetched_whatever_its_host_calls_it() {
    let host = Host::start().await;
    let fetched = local().fetch(&host.at("picture")).await.unwrap();
    assert_eq!(fetched, Fetched { bytes: JPEG.to_vec(), format: Format::Jpeg });
    let head = host.heads.lock().unwrap()[0].to_ascii_lowercase();
    assert!(head.contains("accept-encoding: identity") && head.contains("user-agent: touchstone/"), "{head}");
    for never in ["cookie", "authorization", "referer"] {
        assert!(!head.contains(never), "{head}");
    }
}

#[tokio::test]
async fn what_is_no_picture_or_too_much_is_refused() {
    let (host, local) = (Host::start().await, local());
    let cases = [
        ("page", "no_picture"),
        ("short", "no_picture"),
        ("none", "no_picture"),
        ("status/404", "refused_by_host"),
        ("status/500", "refused_by_host"),
        ("status/204", "refused_by_host"),
        ("nowhere", "refused_by_host"),
        ("huge", "too_large"),
        ("endless", "too_large"),
        ("bomb", "compressed"),
        ("cut", "unreachable"),
    ];
    for (path, expected) in cases {
        assert_eq!(code(local.fetch(&host.at(path)).await), expected, "{path}");
    }
}

#[tokio::test]
async fn who_is_slow_is_not_waited_for() {
    let host = Host::start().await;
    let quick = FetchLimits { total: Duration::from_millis(300), ..limits() };
    let fetcher = fetcher(quick, &["127.0.0.0/8"], Zone::of(&[]));
    let (drip, silent) = (host.at("drip"), host.at("silent"));
    let (drip, silent) = tokio::join!(fetcher.fetch(&drip), fetcher.fetch(&silent));
    assert_eq!((code(drip), code(silent)), ("too_slow", "too_slow"));
}

#[tokio::test]
async fn redirects_are_followed_a_few_times() {
    let (host, local) = (Host::start().await, local());
    assert_eq!(code(local.fetch(&host.at("round/3")).await), "fetched");
    assert_eq!(host.requests.swap(0, Ordering::SeqCst), 5);
    assert_eq!(code(local.fetch(&host.at("round/10")).await), "too_many_redirects");
    assert_eq!(host.requests.load(Ordering::SeqCst), 5, "no more are asked for than are followed");
}

#[tokio::test]
async fn a_redirect_leads_nowhere_that_an_address_may_not() {
    let host = Host::start().await;
    // This machine's own test network is the public one here; all else is closed as ever.
    let zone = Zone::of(&[
        ("private.test", &[&["10.0.0.7"]]),
        ("metadata.test", &[&["169.254.169.254"]]),
        ("mixed.test", &[&["127.0.0.1", "192.168.0.1"]]),
        ("mapped.test", &[&["::ffff:127.0.0.1"]]),
    ]);
    let fetcher = fetcher(limits(), &["127.0.0.1/32"], zone);
    let cases = [
        ("http://127.0.0.2:PORT/picture", "not_public"),
        ("http://169.254.169.254/latest/meta-data/", "not_public"),
        ("http://2852039166/latest/meta-data/", "not_public"),
        ("http://0x7f.2/picture", "not_public"),
        ("http://[::1]:PORT/picture", "not_public"),
        ("http://[::ffff:127.0.0.1]:PORT/picture", "not_public"),
        ("http://[64:ff9b::7f00:1]/picture", "not_public"),
        ("http://private.test/picture", "not_public"),
        ("http://metadata.test/latest", "not_public"),
        ("http://mixed.test:PORT/picture", "not_public"),
        ("http://mapped.test:PORT/picture", "not_public"),
        ("http://unknown.test/picture", "no_such_host"),
        ("file:///etc/passwd", "bad_scheme"),
        ("ftp://127.0.0.1/picture", "bad_scheme"),
        ("gopher://127.0.0.1:PORT/x", "bad_scheme"),
        ("data:image/png;base64,AAAA", "bad_scheme"),
        ("http://user:secret@127.0.0.1:PORT/picture", "credentials_in_address"),
        ("/picture", "fetched"),
        ("//127.0.0.1:PORT/picture", "fetched"),
    ];
    for (target, expected) in cases {
        // At first sight and behind a redirect.
        if !target.starts_with('/') {
            let direct = target.replace("PORT", &host.port.to_string());
            assert_eq!(code(fetcher.fetch(&direct).await), expected, "{target}");
        }
        host.requests.store(0, Ordering::SeqCst);
        assert_eq!(code(fetcher.fetch(&host.at(&format!("to/{target}"))).await), expected, "to {target}");
        let asked = host.requests.load(Ordering::SeqCst);
        assert_eq!(asked, if expected == "fetched" { 2 } else { 1 }, "{target}");
    }
}

#[tokio::test]
async fn nothing_but_the_public_web_is_asked_without_leave() {
    let host = Host::start().await;
    let fetcher = fetcher(limits(), &[], Zone::of(&[("localhost", &[&["127.0.0.1"]])]));
    let cases = [
        (host.at("picture"), "not_public"),
        ("http://localhost/picture".to_owned(), "not_public"),
        ("http://8.8.8.8:25/".to_owned(), "bad_port"),
        ("https://8.8.8.8:6379/".to_owned(), "bad_port"),
        ("not an address".to_owned(), "bad_address"),
        ("http://".to_owned(), "bad_address"),
        (format!("http://example.com/{}", "a".repeat(3_000)), "bad_address"),
    ];
    for (address, expected) in cases {
        assert_eq!(code(fetcher.fetch(&address).await), expected, "{address}");
    }
    assert_eq!(host.requests.load(Ordering::SeqCst), 0);
}

/// The name says a good address once, and another one as soon as it was checked.
#[tokio::test]
async fn a_name_that_changes_its_mind_is_believed_once() {
    let host = Host::start().await;
    let zone = Zone::of(&[("turncoat.test", &[&["127.0.0.1"], &["10.0.0.7"]])]);
    let fetcher = fetcher(limits(), &["127.0.0.1/32"], Arc::clone(&zone));
    let address = format!("http://turncoat.test:{}/picture", host.port);
    assert_eq!(code(fetcher.fetch(&address).await), "fetched");
    assert_eq!(*zone.asked.lock().unwrap(), HashMap::from([("turncoat.test".to_owned(), 0)]));
    // The host closed the connection, so that the name is asked again: refused before anything is sent.
    host.requests.store(0, Ordering::SeqCst);
    let again = format!("http://turncoat.test:{}/cut", host.port);
    let _ = fetcher.fetch(&again).await;
    assert_eq!(code(fetcher.fetch(&again).await), "not_public");
}

#[tokio::test]
async fn errors_say_whether_to_try_again() {
    for (error, expected) in [
        (FetchError::TooSlow, true),
        (FetchError::NoHost, true),
        (FetchError::Status(503), true),
        (FetchError::Status(429), true),
        (FetchError::Status(404), false),
        (FetchError::Forbidden, false),
        (FetchError::NoPicture, false),
    ] {
        assert_eq!(error.may_pass(), expected, "{error}");
    }
}
