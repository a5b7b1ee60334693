//! What every handler is given.

use std::sync::Arc;
use std::time::Instant;
use tokio::sync::watch;
use workflow::Desk;

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
}

impl State {
    pub fn new(desk: Desk, secure_cookies: bool, other_metrics: OtherMetrics) -> Self {
        Self {
            desk,
            secure_cookies,
            started: Instant::now(),
            other_metrics,
            filling: None,
        }
    }

    /// The demonstration is still making its department.
    pub fn is_filling(&self) -> bool {
        self.filling.as_ref().is_some_and(|full| !*full.borrow())
    }
}
