//! Certificates: read at the start, again on SIGHUP, and again when their files change. What can't be used is refused,
//! and the certificate in use stays.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use axum_server::tls_rustls::RustlsConfig;
use tokio::signal::unix::{SignalKind, signal};

use crate::serve::every;

/// Certificate chain and key, both PEM.
#[derive(Debug, Clone)]
pub struct Tls {
    /// The chain.
    pub certificates: PathBuf,
    /// The key.
    pub key: PathBuf,
}

/// When each file was last changed, and its length.
pub(crate) type State = [Option<(SystemTime, u64)>; 2];

impl Tls {
    /// The files, for messages.
    pub(crate) fn name(&self) -> String {
        format!("{}, {}", self.certificates.display(), self.key.display())
    }

    pub(crate) async fn read(&self) -> std::io::Result<RustlsConfig> {
        // One provider for the process; somebody else's is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        RustlsConfig::from_pem_file(&self.certificates, &self.key).await
    }

    /// Equal as long as nothing was changed.
    pub(crate) fn state(&self) -> State {
        [&self.certificates, &self.key].map(|file| {
            let about = std::fs::metadata(file).ok()?;
            Some((about.modified().ok()?, about.len()))
        })
    }

    async fn read_again(&self, config: &RustlsConfig) {
        match config.reload_from_pem_file(&self.certificates, &self.key).await {
            Ok(()) => tracing::info!(files = self.name(), "certificates are read again"),
            Err(error) => {
                tracing::error!(files = self.name(), error = %error, "certificates are refused, those in use stay");
            }
        }
    }

    /// Reads them again on SIGHUP, and once they have changed and then stayed the same for one look; never looks if
    /// `watch` is zero.
    pub(crate) async fn renew(self, config: RustlsConfig, mut loaded: State, watch: Duration) {
        let Ok(mut hangup) = signal(SignalKind::hangup()) else { return };
        let mut looks = every(watch.max(Duration::from_millis(100)));
        let mut before = loaded;
        loop {
            let told = tokio::select! {
                _ = hangup.recv() => true,
                _ = looks.tick(), if !watch.is_zero() => false,
            };
            let now = self.state();
            if told || (now != loaded && now == before) {
                self.read_again(&config).await;
                loaded = now;
            }
            before = now;
        }
    }
}
