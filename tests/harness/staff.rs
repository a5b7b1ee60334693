//! A member of staff without a browser: logs in, opens forms, fills them in and sends them.

use crate::hospital::{PASSWORD, account};
use crate::http::{Client, Response};
use anyhow::{Context, Result, ensure};

/// How often a form is opened again because somebody else has changed the case meanwhile.
const TRIES: usize = 5;

/// Somebody with a session.
#[derive(Debug)]
pub struct Staff {
    client: Client,
    address: String,
}

impl Staff {
    /// Logs the account of a role in.
    ///
    /// # Errors
    /// When the program is not there, or does not let them in.
    pub fn log_in(address: &str, role: &str) -> Result<Self> {
        let mut client = Client::default();
        let fields = [("name", account(role)), ("password", PASSWORD)];
        let answer = client.post(address, "/log-in", &fields)?;
        ensure!(answer.status == 303, "log-in: {}", said(&answer));
        Ok(Self {
            client,
            address: address.to_owned(),
        })
    }

    /// The program was started again elsewhere; the session is still the same.
    pub fn moves_to(&mut self, address: &str) {
        address.clone_into(&mut self.address);
    }

    /// # Errors
    /// When the program is not there.
    pub fn open(&mut self, path: &str) -> Result<Response> {
        self.client.get(&self.address, path)
    }

    /// Opens a form, takes what it hides, and sends it with these fields. The answer is 303 when it was taken.
    ///
    /// # Errors
    /// When the program is not there or the page has no form.
    pub fn fill_in(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Response> {
        for _ in 1..TRIES {
            let answer = self.fill_in_once(path, fields)?;
            if answer.status != 409 {
                return Ok(answer);
            }
        }
        self.fill_in_once(path, fields)
    }

    fn fill_in_once(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Response> {
        let page = self.open(path)?;
        if page.status != 200 {
            return Ok(page);
        }
        let page = page.text();
        let csrf = hidden(&page, "csrf").with_context(|| format!("no form on {path}"))?;
        let version = hidden(&page, "version").unwrap_or_default();
        let mut all = vec![("csrf", csrf), ("version", version)];
        all.extend_from_slice(fields);
        self.client.post(&self.address, path, &all)
    }
}

/// The value of a hidden field.
fn hidden<'a>(page: &'a str, name: &str) -> Option<&'a str> {
    let from = page.split(&format!("name=\"{name}\" value=\"")).nth(1)?;
    from.split('"').next()
}

/// Status and the words of a refusal, for a failure's message.
#[must_use]
pub fn said(answer: &Response) -> String {
    let page = answer.text();
    let problem = page.split("role=\"alert\">").nth(1).unwrap_or(&page);
    let words: String = problem.chars().take(300).collect();
    format!("{} {words}", answer.status)
}
