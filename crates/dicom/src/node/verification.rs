//! Verification service class, provider (PS3.4 annex A).
//!
//! SOP class 1.2.840.10008.1.1. Status: 0x0000 success. A command other than C-ECHO on this context is answered by
//! the dispatcher with 0x0211.

use super::association::{Association, Fault};
use super::dimse::{Command, status};

/// Answers C-ECHO.
pub(super) async fn echo(
    association: &mut Association,
    context_id: u8,
    request: &Command,
) -> Result<(), Fault> {
    let response = Command::response(request, status::SUCCESS);
    association.respond(context_id, &response, None).await
}
