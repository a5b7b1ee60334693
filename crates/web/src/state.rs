//! What every handler is given.

use std::sync::Arc;
use std::time::Instant;
use tokio::sync::watch;
use workflow::Desk;
use workflow::plan_request::PlanReader;
use workflow::receive_message::ReadAgain;

/// Lines for `/metrics` from the other doors: the binary knows them, this room does not.
pub type OtherMetrics = Arc<dyn Fn() -> String + Send + Sync>;

#[derive(Clone)]
pub struct State {
    pub desk: Desk,
    /// Cookies are sent back over https only.
    pub secure_cookies: bool,
    pub started: Instant,
    pub other_metrics: OtherMetrics,
    /// In a demonstration: becomes true when the department is full. `None` everywhere else.
    pub filling: Option<watch::Receiver<bool>>,
    /// The door that reads a quarantined message again; none where no such door is open.
    pub read_again: Option<Arc<dyn ReadAgain>>,
    /// Reads what `POST /api/plan` is sent; without one the route says that it is not offered.
    pub plan_reader: Option<Arc<dyn PlanReader>>,
}

impl State {
    pub fn new(desk: Desk, secure_cookies: bool, other_metrics: OtherMetrics) -> Self {
        Self {
            desk,
            secure_cookies,
            started: Instant::now(),
            other_metrics,
            filling: None,
            read_again: None,
            plan_reader: None,
        }
    }

    /// The demonstration is still making its department.
    pub fn is_filling(&self) -> bool {
        self.filling.as_ref().is_some_and(|full| !*full.borrow())
    }

    /// With a door that reads quarantined messages again.
    #[must_use]
    pub fn reading_again(mut self, door: Arc<dyn ReadAgain>) -> Self {
        self.read_again = Some(door);
        self
    }

    /// With plans for what a machine sends.
    #[must_use]
    pub fn reading_plans(mut self, reader: Arc<dyn PlanReader>) -> Self {
        self.plan_reader = Some(reader);
        self
    }
}
