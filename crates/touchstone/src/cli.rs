//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::feeds::is_day;

/// Finds counterfeit offers on marketplaces before the first one is sold.
#[derive(Debug, Parser)]
#[command(name = "touchstone", version, max_term_width = 100, propagate_version = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Screen feeds and write a decision for every listing.
    Screen(ScreenArgs),
    /// Show one decision as a person wants to read it.
    Explain(ExplainArgs),
    /// Say decisions again and compare, byte for byte.
    Replay(ReplayArgs),
    /// Check, build and compare knowledge; propose what to learn.
    Knowledge(KnowledgeArgs),
    /// Check and test the policy.
    Policy(PolicyArgs),
    /// Rewrite known counterfeits until they get through, and say how cheap that was.
    Attack(crate::attack::AttackArgs),
    /// Screen over HTTP, keep every decision, answer retries alike.
    Serve(Box<crate::serve::ServeArgs>),
    /// Print the OpenAPI document of `serve` (docs/openapi.json).
    Openapi,
    /// Make, list and revoke the keys of clients.
    Keys(crate::keys::KeysArgs),
    /// Make and list the accounts of people.
    Accounts(crate::accounts::AccountsArgs),
    /// Fill an empty folder with a synthetic month of a small marketplace.
    ///
    /// The password of all its accounts is read from standard input.
    Month(crate::month::MonthArgs),
    /// Send listings to a service at a fixed rate, or search for the highest it holds.
    Loadtest(crate::loadtest::LoadtestArgs),
    /// Erase what a seller wrote.
    Sellers(crate::sellers::SellersArgs),
    /// Say all that is seen on pictures.
    Image(crate::image::ImageArgs),
    /// Fill banks of pictures and say what a picture is a copy of.
    Bank(crate::bank::BankArgs),
    /// Enrol logos, and find them on pictures.
    Logo(crate::logo::LogoArgs),
    /// Check that the trail of changes is still what was logged.
    Audit(crate::audit::AuditArgs),
    /// Check a receipt, offline.
    Receipt(crate::receipt::ReceiptArgs),
}

/// What decides: knowledge and policy.
#[derive(Debug, Clone, Args)]
pub(crate) struct Deciders {
    /// Knowledge folder, or a snapshot written by `knowledge build`.
    #[arg(long, value_name = "DIR", default_value = "knowledge", env = "TOUCHSTONE_KNOWLEDGE")]
    pub(crate) knowledge: PathBuf,
    /// Policy folder.
    #[arg(long, value_name = "DIR", default_value = "policy", env = "TOUCHSTONE_POLICY")]
    pub(crate) policy: PathBuf,
}

/// What the marketplace says, and no listing can.
#[derive(Debug, Clone, Args)]
pub(crate) struct Marketplace {
    /// What is known about sellers: JSONL or CSV. Whoever has a record is authorised by it alone.
    #[arg(long, value_name = "FILE")]
    pub(crate) sellers: Option<PathBuf>,
    /// Name of the marketplace that wrote the feeds, if it is a brand's own shop: a row's own word for it proves nothing.
    #[arg(long, value_name = "NAME")]
    pub(crate) marketplace: Option<String>,
}

/// Where the pictures of listings are.
#[derive(Debug, Clone, Args)]
pub(crate) struct Images {
    /// Folder with the listings' pictures: image_link and additional_image_link name its files, by path or by their last
    /// part. Without it no picture is looked at.
    #[arg(long, value_name = "DIR")]
    pub(crate) images: Option<PathBuf>,
    /// With --images: folder of model files, which set-up fetches.
    #[arg(long, value_name = "DIR", default_value = "models", env = "TOUCHSTONE_MODELS")]
    pub(crate) models: PathBuf,
    /// With --images: data folder whose banks and logos pictures are compared with.
    #[arg(long, value_name = "DIR", requires = "images")]
    pub(crate) data: Option<PathBuf>,
}

/// Where listings and their context come from.
#[derive(Debug, Clone, Args)]
pub(crate) struct Feeds {
    /// Files or folders: Merchant Center XML, TSV, CSV, JSONL, Parquet; plain, .gz, .zst; `-` is standard input.
    #[arg(value_name = "FEED", required = true)]
    pub(crate) feeds: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) said: Marketplace,
    /// Day for which authorisations count, YYYY-MM-DD; today if not given.
    #[arg(long, value_name = "DAY", value_parser = is_day)]
    pub(crate) today: Option<String>,
    /// Listings remembered to recognise duplicates; beyond it the summary says unchecked.
    #[arg(long, value_name = "N", default_value_t = 10_000_000)]
    pub(crate) dedupe_max: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One JSON object a line.
    Jsonl,
    /// Apache Parquet, one column a signal.
    Parquet,
    /// A table for people.
    Table,
}

#[derive(Debug, Args)]
pub(crate) struct ScreenArgs {
    #[command(flatten)]
    pub(crate) feeds: Feeds,
    #[command(flatten)]
    pub(crate) deciders: Deciders,
    #[command(flatten)]
    pub(crate) images: Images,
    /// Write decisions here instead of to standard output; the file appears when it is whole.
    #[arg(long, short, value_name = "FILE", required_if_eq("format", "parquet"))]
    pub(crate) out: Option<PathBuf>,
    /// Form of the decisions; Parquet needs --out.
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    pub(crate) format: Format,
    /// Write rows that were set aside here, as JSON lines.
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,
    /// Threads that screen; all cores if not given.
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) jobs: Option<u16>,
    /// Exit with 1 when a row was set aside.
    #[arg(long)]
    pub(crate) strict: bool,
    /// No progress bar and no summary.
    #[arg(long, short)]
    pub(crate) quiet: bool,
    /// With `--format table`: show at most so many listings that stay up.
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(crate) show_allowed: usize,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The listing's id, or marketplace:seller_id:id where several have that id.
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) deciders: Deciders,
    /// Feeds to look for it in.
    #[arg(long = "from", value_name = "FEED", required = true)]
    pub(crate) from: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) said: Marketplace,
    #[command(flatten)]
    pub(crate) images: Images,
    /// Write a page with the listing, its pictures and boxes around the evidence here; needs --images.
    #[arg(long, value_name = "FILE", requires = "images", conflicts_with = "seller")]
    pub(crate) html: Option<PathBuf>,
    /// Day for which authorisations count, YYYY-MM-DD; today if not given.
    #[arg(long, value_name = "DAY", value_parser = is_day)]
    pub(crate) today: Option<String>,
    /// Show what the seller is told, not what staff sees.
    #[arg(long)]
    pub(crate) seller: bool,
    /// Language of the messages.
    #[arg(long, value_enum, value_name = "LANG", default_value_t = Lang::En)]
    pub(crate) lang: Lang,
}

/// A language that decisions are explained in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// English.
    En,
    /// Chinese.
    Zh,
}

impl Lang {
    /// Its code in the files of the policy.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// Decisions as `screen` wrote them: JSON lines, also .gz or .zst, or Parquet.
    pub(crate) decisions: PathBuf,
    /// The feeds that they were made on.
    #[arg(long, value_name = "FEED", required = true)]
    pub(crate) listings: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) deciders: Deciders,
}

#[derive(Debug, Args)]
pub(crate) struct KnowledgeArgs {
    #[command(subcommand)]
    pub(crate) verb: KnowledgeVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KnowledgeVerb {
    /// Read every file and name file, line and column of each mistake.
    Check {
        /// Knowledge folder.
        #[arg(default_value = "knowledge")]
        dir: PathBuf,
    },
    /// Compile an immutable snapshot named by its hash.
    Build {
        /// Knowledge folder.
        #[arg(default_value = "knowledge")]
        dir: PathBuf,
        /// Folder for the snapshot.
        #[arg(long, default_value = "out")]
        out: PathBuf,
    },
    /// Say what changed between two states of the knowledge.
    Diff(crate::diff::DiffArgs),
    /// Propose price bands and terms from listings, as a diff to review.
    Learn(crate::learn::LearnArgs),
    /// Print the signal reference (docs/signals.md).
    Reference,
}

#[derive(Debug, Args)]
pub(crate) struct PolicyArgs {
    #[command(subcommand)]
    pub(crate) verb: PolicyVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PolicyVerb {
    /// Types, unknown columns, conditions and terms that are always the same, rules and shares that another makes needless.
    Check {
        /// Policy folder.
        #[arg(default_value = "policy")]
        dir: PathBuf,
    },
    /// Run the tests that stand beside the rules.
    Test {
        /// Policy folder.
        #[arg(default_value = "policy")]
        dir: PathBuf,
    },
}
