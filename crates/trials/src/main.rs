//! Measures both errors of what sees pictures, on labelled photos and on edits made of them.

mod catalogue;
mod codebook;
mod copies;
mod logos;
mod masked;
mod masked_boost;
mod masked_cases;
mod masked_draw;
mod masked_fit;
mod masked_make;
mod painted;
mod pass;
mod speed;

use clap::Parser;

// As in the program that is measured by these trials.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Trials of what sees pictures. Results go to standard output.
#[derive(Debug, Parser)]
#[command(version)]
enum Trial {
    /// Logos that are enrolled, and brands that are not: crops and whole photos.
    Logos(logos::Logos),
    /// Words painted on photos: which are read, and what is read where there is none.
    Painted(painted::Painted),
    /// Hidden logos found, and honest pictures taken for such
    Masked(masked::Args),
    /// Fit the trees that judge hidden places.
    MaskFit(masked_fit::Args),
    /// Speed, beside the least that it could cost.
    #[command(subcommand)]
    Speed(speed::Speed),
    /// The whole pass over pictures: speed, what each part costs, what the gates save and miss.
    Pass(pass::Args),
    /// Catalogue pictures found by photos from the shop.
    Catalogue(catalogue::Args),
    /// Fit the codebook of local features.
    Codebook(codebook::Args),
    /// Copies of bank pictures among edited ones.
    Copies(copies::Args),
}

fn main() -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match Trial::parse() {
        Trial::Logos(logos) => logos.run(&mut out),
        Trial::Painted(painted) => painted.run(&mut out),
        Trial::Masked(args) => masked::run(&args, &mut out),
        Trial::MaskFit(args) => masked_fit::run(&args, &mut out),
        Trial::Speed(speed) => speed.run(&mut out),
        Trial::Pass(args) => pass::run(&args, &mut out),
        Trial::Catalogue(args) => catalogue::run(&args, &mut out),
        Trial::Codebook(args) => codebook::run(&args, &mut out),
        Trial::Copies(args) => copies::run(&args, &mut out),
    }
}
