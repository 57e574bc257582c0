//! Pictures that are still to be fetched when the process is killed: every acknowledged listing gets its successor.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use crate::process::{Server, key};

/// How often the server is killed, and how many listings come before each time.
const KILLS: usize = 3;
const LISTINGS: usize = 12;
/// For how long is waited; it takes seconds.
const PATIENCE: Duration = Duration::from_secs(240);

/// A host whose pictures come when it is told so: until then it holds back every other one.
#[derive(Clone, Default)]
struct Host {
    asked: Arc<AtomicUsize>,
    open: Arc<AtomicBool>,
    /// Told when somebody asks.
    news: Arc<(Mutex<()>, Condvar)>,
}

impl Host {
    fn start() -> (Self, u16) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let host = Self::default();
        let serving = host.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let host = serving.clone();
                std::thread::spawn(move || host.answer(stream));
            }
        });
        (host, port)
    }

    fn answer(&self, mut stream: TcpStream) -> Option<()> {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte).ok()?;
            head.push(byte[0]);
        }
        let number = self.asked.fetch_add(1, Ordering::SeqCst);
        self.news.1.notify_all();
        if number % 2 == 1 && !self.open.load(Ordering::SeqCst) {
            // Nothing comes until whoever waits goes away.
            let _ = stream.read_to_end(&mut head);
            return None;
        }
        let file = picture();
        let head = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", file.len());
        stream.write_all(&[head.as_bytes(), &file].concat()).ok()
    }

    /// Waits until it was asked so often.
    fn wait(&self, times: usize) {
        let mut guard = self.news.0.lock().unwrap();
        while self.asked.load(Ordering::SeqCst) < times {
            guard = self.news.1.wait_timeout(guard, Duration::from_millis(20)).unwrap().0;
        }
    }
}

/// A small picture.
fn picture() -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(9, 9, image::Rgb([9, 99, 199])).write_to(&mut file, image::ImageFormat::Png).unwrap();
    file.into_inner()
}

#[test]
fn what_waits_for_pictures_is_found_again_however_the_process_ends() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let key = key(&data, "screen,read");
    let (host, port) = Host::start();
    let arguments = ["--fetch-allow", "127.0.0.0/8", "--models", "nowhere"];
    let mut acknowledged: HashMap<String, String> = HashMap::new();
    for round in 0..KILLS {
        let mut server = Server::start(&data, &[], &arguments);
        let before = host.asked.load(Ordering::SeqCst);
        for number in 0..LISTINGS {
            let id = format!("{round}-{number}");
            let body =
                format!(r#"{{"id":"{id}","title":"Velatta bag","image_link":"http://127.0.0.1:{port}/{id}.png"}}"#);
            let (status, answer) = server.call("POST", "/v1/screen", &key, "", &body).unwrap();
            assert!(status == 200 && answer.contains("\"provisional\":true"), "{answer}");
            acknowledged.insert(id, decision_id(&answer).to_owned());
        }
        // Some are done, some are on their way, some nobody has begun with.
        host.wait(before + 2 + round);
        server.signal("KILL");
        server.process.wait().unwrap();
    }
    host.open.store(true, Ordering::SeqCst);
    let server = Server::start(&data, &[], &arguments);
    let patience = Instant::now() + PATIENCE;
    for (id, first) in &acknowledged {
        while latest(&server, &key, id).contains("\"provisional\":true") {
            assert!(Instant::now() < patience, "{id} waits for its pictures");
            std::thread::yield_now();
        }
        let decision = latest(&server, &key, id);
        assert!(decision.contains(&format!("\"supersedes\":\"{first}\"")), "{id}: {decision}");
        let (_, kept) = server.call("GET", &format!("/v1/decisions?listing_id={id}"), &key, "", "").unwrap();
        assert_eq!(kept.matches("\"decision_id\"").count(), 2, "{id}: {kept}");
    }
}

fn latest(server: &Server, key: &str, id: &str) -> String {
    let (_, state) = server.call("GET", &format!("/v1/listings/-/-/{id}"), key, "", "").unwrap();
    let path = format!("/v1/decisions/{}", decision_id(&state));
    server.call("GET", &path, key, "", "").unwrap().1
}

fn decision_id(answer: &str) -> &str {
    let (_, rest) = answer.split_once("\"decision_id\":\"").unwrap_or_else(|| panic!("{answer}"));
    &rest[..36]
}
