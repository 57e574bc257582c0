use std::io::Write;
use std::time::Instant;
use touchstone_catalog::feed::{self, Options};
fn main() {
    let dir = std::path::PathBuf::from(std::env::args().nth(1).unwrap());
    let n = 400_000;
    std::fs::create_dir_all(&dir).unwrap();
    let mut j = std::io::BufWriter::new(std::fs::File::create(dir.join("a.jsonl")).unwrap());
    let mut c = std::io::BufWriter::new(std::fs::File::create(dir.join("a.csv")).unwrap());
    let mut x = std::io::BufWriter::new(std::fs::File::create(dir.join("a.xml")).unwrap());
    writeln!(c, "marketplace,seller_id,id,title,description,price,brand,gtin,condition,product_type,link,image_link,listed_at,ships_from,market,stock").unwrap();
    writeln!(x, "<rss xmlns:g=\"http://base.google.com/ns/1.0\"><channel>").unwrap();
    let d = "Soft leather tote with a zip pocket, brass hardware and a removable strap. Ships in two days, free returns within 30 days. ".repeat(3);
    for i in 0..n {
        let (t, p) = (format!("Louis Vuitton Neverfull MM monogram tote bag brown leather {i}"), format!("{}.99 USD", i % 2000));
        writeln!(j, r#"{{"marketplace": "shop", "seller_id": "s{}", "id": "{i}", "title": "{t}", "description": "{d}", "price": "{p}", "brand": "Own", "gtin": "4006381333931", "condition": "new", "product_type": "Bags > Totes", "link": "https://shop.example/{i}", "image_link": "https://shop.example/{i}.jpg", "listed_at": "2026-11-01T10:00:00Z", "ships_from": "DE", "market": "FR", "stock": 3}}"#, i % 1000).unwrap();
        writeln!(c, r#"shop,s{},{i},{t},"{d}",{p},Own,4006381333931,new,Bags > Totes,https://shop.example/{i},https://shop.example/{i}.jpg,2026-11-01T10:00:00Z,DE,FR,3"#, i % 1000).unwrap();
        writeln!(x, r#"<item><g:marketplace>shop</g:marketplace><g:seller_id>s{}</g:seller_id><g:id>{i}</g:id><title>{t}</title><description>{d}</description><g:price>{p}</g:price><g:brand>Own</g:brand><g:gtin>4006381333931</g:gtin><g:condition>new</g:condition><g:product_type>Bags &gt; Totes</g:product_type><link>https://shop.example/{i}</link><g:image_link>https://shop.example/{i}.jpg</g:image_link><g:listed_at>2026-11-01T10:00:00Z</g:listed_at><g:ships_from>DE</g:ships_from><g:market>FR</g:market><g:stock>3</g:stock></item>"#, i % 1000).unwrap();
    }
    writeln!(x, "</channel></rss>").unwrap();
    drop((j, c, x));
    let mut w: Option<parquet::arrow::ArrowWriter<std::fs::File>> = None;
    for b in feed::open([dir.join("a.jsonl")], Options::default(), ()) {
        let b = b.unwrap();
        let w = w.get_or_insert_with(|| parquet::arrow::ArrowWriter::try_new(std::fs::File::create(dir.join("a.parquet")).unwrap(), b.as_record_batch().schema(), None).unwrap());
        w.write(b.as_record_batch()).unwrap();
    }
    w.unwrap().close().unwrap();
    for name in ["a.jsonl", "a.csv", "a.xml", "a.parquet"] {
        for dedupe_max in [0, 10_000_000] {
            let start = Instant::now();
            let mut r = feed::open([dir.join(name)], Options { dedupe_max, ..Options::default() }, ());
            let mut batches = Vec::new();
            for b in &mut r { let b = b.unwrap(); if batches.len() < 20 { batches.push(b) } }
            let s = start.elapsed().as_secs_f64();
            println!("{name} dedupe {dedupe_max}: {:.0} rows/s, {:?}", n as f64 / s, r.counts());
            if dedupe_max == 0 && name == "a.jsonl" {
                let start = Instant::now();
                let mut rows = 0; let mut len = 0;
                for b in &batches { for l in b.rows() { len += std::hint::black_box(l).title.len(); rows += 1; } }
                println!("row view {:.0} ns, {len}", start.elapsed().as_secs_f64() * 1e9 / rows as f64);
                let start = Instant::now();
                for b in &batches { for l in b.rows() { std::hint::black_box(l.content_hash()); } }
                println!("content hash {:.0} ns", start.elapsed().as_secs_f64() * 1e9 / rows as f64);
            }
        }
    }
    let line = br#"{"marketplace": "shop", "seller_id": "s1", "id": "1", "title": "Canvas bag", "price": "12.00 USD"}"#;
    let start = Instant::now();
    for _ in 0..10_000 {
        let mut r = feed::FeedReader::from_reader("call", &line[..], Options::of(feed::Format::Jsonl), Vec::new());
        std::hint::black_box(r.next());
    }
    println!("a call of one listing: {:.1} us", start.elapsed().as_secs_f64() * 1e6 / 1e4);
}
