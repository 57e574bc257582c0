//! `touchstone accounts`: the first account, and a list of all. Where a server runs, it does the work.

use std::io::{IsTerminal as _, Read as _, Write as _};
use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};
use clap::{Args, Subcommand};
use touchstone_server::AccountOrder;
use touchstone_server::control::AccountLine;

use crate::console::{self, note};
use crate::mark::one_line;
use crate::serve::Keeping;

/// Bytes of a password that are read, at most.
const PASSWORD_BYTES_MAX: u64 = 4_096;

#[derive(Debug, Args)]
pub(crate) struct AccountsArgs {
    #[command(subcommand)]
    verb: AccountsVerb,
}

#[derive(Debug, Subcommand)]
enum AccountsVerb {
    /// Make an account; without --password-stdin its password is made and shown once.
    Create {
        #[command(flatten)]
        keeping: Keeping,
        /// What the person logs in with.
        #[arg(long)]
        login: String,
        /// What others call the person; the login if not given.
        #[arg(long)]
        name: Option<String>,
        /// What the person is: administrator, reviewer, lead, analyst, …; several with commas (docs/rights.md).
        #[arg(long = "role", value_name = "ROLE", required = true, value_delimiter = ',')]
        roles: Vec<String>,
        /// Marketplace of the seller for whom it acts.
        #[arg(long, value_name = "NAME", requires = "seller")]
        marketplace: Option<String>,
        /// The seller for whom it acts, with the role seller.
        #[arg(long, value_name = "ID")]
        seller: Option<String>,
        /// The rights holder for whom it acts, with the role rights_holder.
        #[arg(long, value_name = "NAME")]
        holder: Option<String>,
        /// Read the password from standard input.
        #[arg(long)]
        password_stdin: bool,
    },
    /// List all accounts.
    List {
        #[command(flatten)]
        keeping: Keeping,
    },
}

pub(crate) fn run(args: &AccountsArgs) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(1).build()?;
    runtime.block_on(act(&args.verb))?;
    Ok(ExitCode::SUCCESS)
}

async fn act(verb: &AccountsVerb) -> Result<()> {
    let mut out = console::out();
    match verb {
        AccountsVerb::Create { keeping, login, name, roles, marketplace, seller, holder, password_stdin } => {
            let order = AccountOrder {
                login: login.clone(),
                name: name.clone().unwrap_or_else(|| login.clone()),
                roles: roles.clone(),
                marketplace: marketplace.clone(),
                seller_id: seller.clone(),
                holder: holder.clone(),
                password: password_stdin.then(typed).transpose()?,
            };
            let made = keeping.desk().await?.make_account(order).await?;
            note(format_args!("made account {}", made.account_id));
            if let Some(password) = made.password {
                note(format_args!("its password can't be shown again"));
                writeln!(out, "{password}")?;
            }
        }
        AccountsVerb::List { keeping } => {
            for account in keeping.desk().await?.accounts().await? {
                writeln!(out, "{}", line(&account))?;
            }
        }
    }
    Ok(out.flush()?)
}

/// A password from standard input, without the end of its line.
pub(crate) fn typed() -> Result<String> {
    let mut input = std::io::stdin().lock();
    ensure!(
        !input.is_terminal(),
        "a terminal would show the password: write it into a pipe, as a password manager does"
    );
    let mut text = String::new();
    input.by_ref().take(PASSWORD_BYTES_MAX).read_to_string(&mut text).context("standard input")?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn line(account: &AccountLine) -> String {
    let factor = if account.second_factor { "  second factor" } else { "" };
    let disabled = if account.disabled { "  disabled" } else { "" };
    let login = if account.login.is_empty() { "(erased)" } else { &account.login };
    format!("{}  {:<30}  {}{factor}{disabled}", account.account_id, one_line(login), account.roles.join(","))
}
