//! `touchstone sellers`: what an operator does with sellers. Where a server runs, it does the work.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};
use touchstone_server::control::SellerName;

use crate::console::note;
use crate::serve::Keeping;

#[derive(Debug, Args)]
pub(crate) struct SellersArgs {
    #[command(subcommand)]
    verb: SellersVerb,
}

#[derive(Debug, Subcommand)]
enum SellersVerb {
    /// Make unreadable, for good, all that a seller wrote: listings, decisions, the seller's record, notes.
    Erase {
        #[command(flatten)]
        keeping: Keeping,
        /// Marketplace; - if listings do not say theirs.
        marketplace: String,
        /// Seller, as the marketplace names it; - for listings that name none.
        seller: String,
    },
}

pub(crate) fn run(args: &SellersArgs) -> Result<ExitCode> {
    let SellersVerb::Erase { keeping, marketplace, seller } = &args.verb;
    let part = |text: &str| if text == "-" { String::new() } else { text.to_owned() };
    let name = SellerName { marketplace: part(marketplace), seller_id: part(seller) };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(1).build()?;
    let erased = runtime.block_on(async { anyhow::Ok(keeping.desk().await?.erase(&name).await?) })?;
    note(format_args!("{}", if erased { "erased" } else { "there was nothing to erase" }));
    Ok(ExitCode::SUCCESS)
}
