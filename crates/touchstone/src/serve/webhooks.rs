//! How webhooks are sent, as flags; the defaults are those of [`HookSettings`].

use clap::Args;
use touchstone_server::HookSettings;

/// What is told outside.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Webhooks")]
pub(crate) struct Webhooks {
    /// Send webhooks to this network too, although it is not public, as 127.0.0.0/8; plain http and any port are allowed
    /// then. For tests, and for receivers in a network of your own.
    #[arg(long, value_name = "CIDR")]
    webhook_allow: Vec<String>,
    /// Days for which messages are kept, to be sent again and to be polled.
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(4..=36_500))]
    keep_messages: u32,
}

impl Webhooks {
    /// Puts them into the settings.
    pub(crate) fn set(&self, settings: &mut HookSettings) {
        settings.allow.clone_from(&self.webhook_allow);
        settings.keep_days = self.keep_messages;
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Given {
        #[command(flatten)]
        webhooks: Webhooks,
    }

    #[test]
    fn what_is_not_given_is_the_default() {
        let mut settings = HookSettings::default();
        let default = format!("{settings:?}");
        Given::parse_from(["serve"]).webhooks.set(&mut settings);
        assert_eq!(format!("{settings:?}"), default);
    }
}
