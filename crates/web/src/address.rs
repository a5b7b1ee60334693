//! Where a request comes from, for counting wrong tries.

use crate::state::State;
use axum::extract::ConnectInfo;
use axum::http::HeaderMap;
use std::net::{IpAddr, SocketAddr};

/// The address of the other end. Behind the trusted proxy it is the last one that the proxy wrote into
/// `X-Forwarded-For`; what stands before it was written by the browser itself and is not believed.
pub fn came_from(
    state: &State,
    headers: &HeaderMap,
    from: Option<ConnectInfo<SocketAddr>>,
) -> String {
    let told = headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()
        .filter(|_| state.secure_cookies)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.rsplit(',').next())
        .and_then(|address| address.trim().parse::<IpAddr>().ok());
    match (told, from) {
        (Some(address), _) => address.to_string(),
        (None, Some(ConnectInfo(address))) => address.ip().to_string(),
        (None, None) => "not known".to_owned(),
    }
}
