//! Resolves names. One that resolves to anything but public addresses, be it among others, resolves to nothing.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::error::Refused;
use super::networks::Networks;

/// Addresses of a name, when they are known.
pub type Looked = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Tells the addresses of names.
pub trait Names: Send + Sync + 'static {
    /// The addresses of a name.
    fn look_up(&self, name: String) -> Looked;
}

/// The system's resolver.
#[derive(Debug, Clone, Copy)]
pub struct SystemNames;

impl Names for SystemNames {
    fn look_up(&self, name: String) -> Looked {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// Names whose addresses may all be gone to.
pub(super) struct Checked {
    names: Arc<dyn Names>,
    networks: Arc<Networks>,
}

impl Checked {
    pub(super) fn new(names: Arc<dyn Names>, networks: Arc<Networks>) -> Self {
        Self { names, networks }
    }
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let (found, networks) = (self.names.look_up(name.as_str().to_owned()), Arc::clone(&self.networks));
        Box::pin(async move {
            let found = found.await.map_err(|_| Refused::NoHost)?;
            if found.is_empty() {
                return Err(Refused::NoHost.into());
            }
            // One that is not public among others would be a matter of luck.
            if found.iter().any(|address| !networks.may_reach(*address)) {
                return Err(Refused::Forbidden.into());
            }
            // The port is that of the address that is fetched.
            let found: Addrs = Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(found)
        })
    }
}
