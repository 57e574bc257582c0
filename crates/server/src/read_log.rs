//! Who read whose personal data: noted, on the disk, before it is shown.

use touchstone_people::Resource;
use touchstone_store::{Access, StoredDecision};
use uuid::Uuid;

use crate::actor::Actor;
use crate::app::App;
use crate::guard::RequestId;
use crate::problem::Problem;

/// One thing about somebody.
pub(crate) struct Personal {
    about: (String, String),
    object: String,
}

impl Personal {
    /// Something that a seller wrote, or that is known about one.
    pub(crate) fn of_seller(marketplace: &str, seller_id: &str, object: impl ToString) -> Self {
        Self { about: (marketplace.to_owned(), seller_id.to_owned()), object: object.to_string() }
    }

    /// A person's account.
    pub(crate) fn of_account(account: Uuid) -> Self {
        Self { about: (String::new(), account.to_string()), object: account.to_string() }
    }

    /// A decision, which says what the listing says.
    pub(crate) fn decision(stored: &StoredDecision) -> Self {
        Self::of_seller(&stored.name.marketplace, &stored.name.seller_id, stored.decision_id)
    }
}

impl App {
    /// Notes that somebody reads this. What could not be noted must not be shown.
    pub(crate) async fn note_read(
        &self,
        actor: &Actor,
        request: &RequestId,
        resource: Resource,
        read: impl IntoIterator<Item = Personal>,
    ) -> Result<(), Problem> {
        let (read_at, reader) = (self.clock.micros(), actor.name());
        let readings = read.into_iter().map(|Personal { about, object }| Access {
            access_id: Uuid::now_v7(),
            read_at,
            reader: reader.clone(),
            resource: resource.as_str().to_owned(),
            about,
            object,
            request_id: request.0.clone(),
        });
        Ok(self.store.note_access(readings.collect()).await?)
    }
}
