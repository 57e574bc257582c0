//! `touchstone keys`: the keys of clients. Where a server runs, it does the work, asked through the data folder.

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};
use touchstone_server::control::{KeyLine, KeyOrder};

use crate::console::{self, note};
use crate::mark::one_line;
use crate::serve::Keeping;

#[derive(Debug, Args)]
pub(crate) struct KeysArgs {
    #[command(subcommand)]
    verb: KeysVerb,
}

#[derive(Debug, Subcommand)]
enum KeysVerb {
    /// Make a key; it is shown once and kept as a hash.
    Create {
        #[command(flatten)]
        keeping: Keeping,
        /// What people call it.
        #[arg(long)]
        name: String,
        /// What it may do: screen, read, outcomes, seller, admin; several with commas.
        #[arg(long = "scope", value_name = "SCOPE", required = true, value_delimiter = ',')]
        scopes: Vec<String>,
    },
    /// List all keys with when each was last used.
    List {
        #[command(flatten)]
        keeping: Keeping,
    },
    /// Revoke a key.
    Revoke {
        #[command(flatten)]
        keeping: Keeping,
        /// Its id: what stands between `ts_` and the next `_`.
        id: String,
    },
}

pub(crate) fn run(args: &KeysArgs) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(1).build()?;
    runtime.block_on(act(&args.verb))?;
    Ok(ExitCode::SUCCESS)
}

async fn act(verb: &KeysVerb) -> Result<()> {
    let mut out = console::out();
    match verb {
        KeysVerb::Create { keeping, name, scopes } => {
            let order = KeyOrder { name: name.clone(), scopes: scopes.clone() };
            let made = keeping.desk().await?.make(order).await?;
            note(format_args!("made key {}; it can't be shown again", made.id));
            writeln!(out, "{}", made.key)?;
        }
        KeysVerb::List { keeping } => {
            for key in keeping.desk().await?.list().await? {
                writeln!(out, "{}", line(&key))?;
            }
        }
        KeysVerb::Revoke { keeping, id } => {
            keeping.desk().await?.revoke(id).await?;
            note(format_args!("revoked {}", one_line(id)));
        }
    }
    Ok(out.flush()?)
}

fn line(key: &KeyLine) -> String {
    let used = key.last_used_at.as_deref().map_or("never used".to_owned(), |at| format!("last used {at}"));
    let revoked = key.revoked_at.as_deref().map_or(String::new(), |at| format!("  revoked {at}"));
    format!("{}  {:<20}  {:<28}  {used}{revoked}", key.id, one_line(&key.name), key.scopes.join(","))
}
