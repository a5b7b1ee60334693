//! One browser without a window: keeps its cookie, sends forms with the token of the page.

use crate::department::PASSWORD;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use tower::ServiceExt as _;

pub struct Browser {
    router: Router,
    pub cookies: Vec<(String, String)>,
}

pub struct Answer {
    pub status: StatusCode,
    pub location: String,
    pub text: String,
    pub headers: axum::http::HeaderMap,
}

impl Browser {
    pub fn new(router: &Router) -> Self {
        Self {
            router: router.clone(),
            cookies: Vec::new(),
        }
    }

    pub async fn logged_in(router: &Router, name: &str) -> Self {
        let mut browser = Self::new(router);
        let answer = browser
            .post_bare("/log-in", &[("name", name), ("password", PASSWORD)])
            .await;
        assert_eq!(
            answer.status,
            StatusCode::SEE_OTHER,
            "{name}: {}",
            answer.text
        );
        browser
    }

    fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        Request::builder()
            .method(method)
            .uri(path)
            .header("accept", "text/html")
            .header("cookie", cookies.join("; "))
    }

    async fn send(&mut self, request: Request<Body>, with_body: bool) -> Answer {
        let response: Response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        for value in response.headers().get_all("set-cookie") {
            let text = value.to_str().expect("a cookie");
            let (name, rest) = text.split_once('=').expect("a cookie");
            let value = rest.split(';').next().unwrap_or_default();
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        let (parts, body) = response.into_parts();
        let bytes = if with_body {
            axum::body::to_bytes(body, 8 * 1024 * 1024)
                .await
                .expect("a body")
        } else {
            Default::default()
        };
        Answer {
            status: parts.status,
            location: parts
                .headers
                .get("location")
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
                .to_owned(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
            headers: parts.headers,
        }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        let request = self
            .request("GET", path)
            .body(Body::empty())
            .expect("a request");
        self.send(request, true).await
    }

    /// Only status and headers: for answers that never end.
    pub async fn head_of(&mut self, path: &str) -> Answer {
        let request = self
            .request("GET", path)
            .body(Body::empty())
            .expect("a request");
        self.send(request, false).await
    }

    pub async fn post_bare(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let pairs: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        let request = self
            .request("POST", path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(pairs.join("&")))
            .expect("a request");
        self.send(request, true).await
    }

    /// Opens the form, then sends it with every hidden field of it.
    pub async fn fill(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let shown = self.get(page).await;
        let token = hidden(&shown.text, "csrf");
        let version = hidden(&shown.text, "version");
        let number = hidden(&shown.text, "number");
        let mut all = vec![
            ("csrf", token.as_str()),
            ("version", &version),
            ("number", &number),
        ];
        all.extend_from_slice(fields);
        self.post_bare(action, &all).await
    }
}

/// The value of a hidden field; empty when the page has none.
pub fn hidden(page: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    page.split_once(&mark)
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(value, _)| value.to_owned())
        .unwrap_or_default()
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}
