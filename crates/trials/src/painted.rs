//! Words painted on photos, and which of them are read.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Args;
use serde::Deserialize;
use touchstone_sight::Eyes;
use touchstone_vision::Picture;
use touchstone_vision::decode::{self, Limits};

/// What is read of words painted on photos (scripts/paint_words.py paints them), and what is read where none is.
#[derive(Debug, Args)]
pub(crate) struct Painted {
    /// Folder with pictures and labels.jsonl.
    painted: PathBuf,
    /// Photos as they were before; every line read on them is listed, since a photo may show true text.
    #[arg(long)]
    clean: Option<PathBuf>,
    /// Photos of `--clean` that are looked at.
    #[arg(long, default_value_t = 100)]
    clean_max: usize,
    /// The models.
    #[arg(long, default_value = "models")]
    models: PathBuf,
    /// Lists each word that is not read, with what is read instead.
    #[arg(long)]
    list: bool,
}

#[derive(Deserialize)]
struct Label {
    file: String,
    script: String,
    text: String,
    half: String,
}

/// Pictures of one script in one half.
#[derive(Clone, Copy, Default)]
struct Share {
    pictures: u32,
    read: u32,
    glanced: u32,
}

#[derive(Default)]
struct Times {
    pictures: u32,
    glance: Duration,
    read: Duration,
}

impl Painted {
    pub(crate) fn run(self, out: &mut impl Write) -> Result<()> {
        let eyes = Eyes::open(&self.models)?;
        let path = self.painted.join("labels.jsonl");
        let labels = std::fs::read_to_string(&path).with_context(|| format!("{}", path.display()))?;
        let (mut shares, mut times) = (BTreeMap::<(String, String), Share>::new(), Times::default());
        for line in labels.lines() {
            let label: Label = serde_json::from_str(line)?;
            let (glanced, text) = looked(&eyes, &self.painted.join(&label.file), &mut times)?;
            let read = plain(&text).contains(&plain(&label.text));
            if self.list && !read {
                writeln!(out, "{}\t{}\tglance {glanced}\t{}", label.file, label.text, text.replace('\n', " | "))?;
            }
            let share = shares.entry((label.script, label.half)).or_default();
            share.pictures += 1;
            share.read += u32::from(read);
            share.glanced += u32::from(glanced);
        }
        for ((script, half), share) in &shares {
            let permille = |n: u32| 1000 * n / share.pictures;
            let (read, glanced) = (permille(share.read), permille(share.glanced));
            writeln!(
                out,
                "{script:16} {half}  {:4} pictures, read {read:4} ‰, a glance sees {glanced:4} ‰",
                share.pictures
            )?;
        }
        writeln!(out, "{times}")?;
        self.clean.as_deref().map_or(Ok(()), |folder| clean(&eyes, folder, self.clean_max, out))
    }
}

impl std::fmt::Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let each = |time: Duration| time.as_secs_f64() * 1000.0 / f64::from(self.pictures.max(1));
        write!(f, "a glance {:.1} ms, reading {:.1} ms a picture", each(self.glance), each(self.read))
    }
}

fn clean(eyes: &Eyes, folder: &Path, photos_max: usize, out: &mut impl Write) -> Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("{}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    files.truncate(photos_max);
    let (mut times, mut glanced, mut with_text) = (Times::default(), 0, 0);
    for file in &files {
        let (glance, text) = looked(eyes, file, &mut times)?;
        glanced += u32::from(glance);
        if !text.is_empty() {
            with_text += 1;
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            writeln!(out, "{name}\tglance {glance}\t{}", text.replace('\n', " | "))?;
        }
    }
    writeln!(out, "{} photos: text is read on {with_text}, a glance sees it on {glanced}; {times}", files.len())?;
    Ok(())
}

fn looked(eyes: &Eyes, file: &Path, times: &mut Times) -> Result<(bool, String)> {
    let bytes = std::fs::read(file).with_context(|| format!("{}", file.display()))?;
    let picture: Picture = decode::decode(&bytes, &Limits::default()).with_context(|| format!("{}", file.display()))?;
    let begin = Instant::now();
    let glanced = eyes.has_text(&picture)?;
    let middle = Instant::now();
    let lines = eyes.read(&picture)?;
    times.pictures += 1;
    times.glance += middle - begin;
    times.read += middle.elapsed();
    Ok((glanced, lines.into_iter().map(|line| line.text).collect::<Vec<_>>().join("\n")))
}

/// As the screening compares: folded, and without what separates.
fn plain(text: &str) -> String {
    touchstone_text::fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}
