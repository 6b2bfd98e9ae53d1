//! What leaves the outbox, and which way: webhooks to partners' programs, and mail to people.

use std::sync::Arc;

use futures::future::BoxFuture;
use perpetua_app::mail::{self, Mailer, Part};
use perpetua_app::outbox::{Delivered, Delivery, OutboxRow};
use perpetua_app::{App, Problem};

use crate::webhooks::WebhookDelivery;

/// Delivers events to webhooks, and to people where mail is set up.
pub struct EventDelivery {
    app: Arc<App>,
    webhooks: WebhookDelivery,
    mailer: Option<Arc<dyn Mailer>>,
}

impl EventDelivery {
    /// Both ways out; without a mailer nobody gets mail.
    ///
    /// # Errors
    ///
    /// When the TLS library cannot be set up.
    pub fn new(app: Arc<App>, mailer: Option<Arc<dyn Mailer>>) -> Result<Self, reqwest::Error> {
        Ok(Self { webhooks: WebhookDelivery::new(app.clone())?, app, mailer })
    }

    async fn send(&self, row: &OutboxRow) -> Result<Delivered, String> {
        match (mail::part(row), &self.mailer) {
            (Part::Mail(kind), Some(mailer)) => mail::deliver(&self.app, &**mailer, row, kind).await,
            (Part::Mail(_), None) => Err("no mail server is set up".to_owned()),
            (Part::Event, mailer) => {
                // First the mails, whose rows are made once however often this is tried: a webhook that fails for a
                // day must not keep people waiting.
                if mailer.is_some() {
                    let told = |problem: Problem| problem.code.to_owned();
                    mail::spread(&self.app, row).await.map_err(told)?;
                }
                self.webhooks.deliver(row).await
            }
        }
    }
}

impl Delivery for EventDelivery {
    fn deliver<'a>(&'a self, row: &'a OutboxRow) -> BoxFuture<'a, Result<Delivered, String>> {
        Box::pin(self.send(row))
    }
}
