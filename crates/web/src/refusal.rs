//! What a person or a program is told when something cannot be done.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use workflow::WorkError;

/// Why a request ends without its page.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// What the sender has to change.
    #[error("{0}")]
    Bad(String),
    #[error("this role does not enter here")]
    NotAllowed,
    #[error("there is nothing here")]
    NotFound,
    #[error("the form is too old: open the page again")]
    Csrf,
    #[error("something here is broken; it has been written down")]
    Broken(#[from] WorkError),
    /// A page that could not be written out.
    #[error("this page could not be shown; it has been written down")]
    Page(String),
}

/// The words of a refusal, for the layer that puts a page around them.
#[derive(Debug, Clone)]
pub struct Words(pub String);

impl From<store::QueryError> for Refusal {
    fn from(error: store::QueryError) -> Self {
        Self::Broken(error.into())
    }
}

impl Refusal {
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Bad(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NotAllowed | Self::Csrf => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Broken(_) | Self::Page(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// As JSON, for programs.
    pub fn json(self) -> Response {
        self.log();
        let body = serde_json::json!({ "error": self.to_string() });
        (
            self.status(),
            [("content-type", "application/json")],
            body.to_string(),
        )
            .into_response()
    }

    /// The whole chain, once, for the operator.
    pub fn log(&self) {
        if let Self::Page(error) = self {
            tracing::error!(error, "a page could not be written out");
        }
        if let Self::Broken(error) = self {
            let error: &dyn std::error::Error = error;
            let chain: Vec<String> = std::iter::successors(Some(error), |error| error.source())
                .map(ToString::to_string)
                .collect();
            tracing::error!(error = chain.join(": "), "a request failed");
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        self.log();
        let words = Words(self.to_string());
        let mut response = (self.status(), format!("{self}\n")).into_response();
        response.extensions_mut().insert(words);
        response
    }
}
