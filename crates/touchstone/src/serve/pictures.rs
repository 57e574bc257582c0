//! What a server does with pictures, as flags; the defaults are those of [`PictureSettings`].

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Args;
use touchstone_server::{PicturePlace, PictureSettings};

/// Pictures of listings.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Pictures")]
pub(crate) struct Pictures {
    /// Where files of pictures are kept: a folder, or s3://BUCKET/PREFIX; DIR/pictures if not given.
    #[arg(long, value_name = "PLACE", env = "TOUCHSTONE_PICTURES")]
    pictures: Option<String>,
    /// Fetch no pictures: only those are looked at that come with a call.
    #[arg(long)]
    no_fetch: bool,
    /// Fetch from this network too, although it is not public, as 127.0.0.0/8; any port is asked then. For tests, and for
    /// pictures in a network of your own.
    #[arg(long, value_name = "CIDR")]
    fetch_allow: Vec<String>,
    /// Days after which a picture is fetched again, on average, to see whether it changed; 0 never does.
    #[arg(long, value_name = "DAYS", default_value_t = 7, value_parser = clap::value_parser!(u32).range(..=36_500))]
    refetch: u32,
    /// Folder of models, as `make setup` fetches them; where it is not there, pictures are compared by their pixels alone.
    #[arg(long, value_name = "DIR", default_value = "models", env = "TOUCHSTONE_MODELS")]
    models: PathBuf,
    /// Threads that look at pictures; half of the cores if not given.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    lookers: Option<u16>,
}

impl Pictures {
    /// Puts them into the settings.
    pub(crate) fn set(&self, settings: &mut PictureSettings) -> Result<()> {
        if let Some(place) = &self.pictures {
            settings.place = PicturePlace::parse(place).context("--pictures")?;
        }
        settings.fetching = !self.no_fetch;
        settings.fetch_allow.clone_from(&self.fetch_allow);
        settings.refetch = Duration::from_secs(u64::from(self.refetch) * 24 * 3_600);
        settings.models = Some(self.models.clone()).filter(|models| models.exists());
        settings.lookers = self.lookers.map_or(settings.lookers, usize::from);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Given {
        #[command(flatten)]
        pictures: Pictures,
    }

    #[test]
    fn what_is_not_given_is_the_default() {
        let mut settings = PictureSettings::new("data/pictures".into());
        let default = format!("{settings:?}");
        assert!(Given::parse_from(["serve", "--models", "nowhere"]).pictures.set(&mut settings).is_ok());
        assert_eq!(format!("{settings:?}"), default);
    }
}
