//! The little HTTP that measuring and the machine interfaces need: one request, one answer, with cookies.

use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

/// A client that keeps its cookies and follows nothing by itself.
#[derive(Debug, Default)]
pub struct Client {
    cookies: BTreeMap<String, String>,
    pub bearer: Option<String>,
}

#[derive(Debug)]
pub struct Response {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Response {
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

impl Client {
    /// # Errors
    /// When the server cannot be reached or does not speak HTTP.
    pub fn get(&mut self, address: &str, path: &str) -> Result<Response> {
        self.request(address, "GET", path, "")
    }

    /// Sends a form.
    ///
    /// # Errors
    /// When the server cannot be reached or does not speak HTTP.
    pub fn post(&mut self, address: &str, path: &str, fields: &[(&str, &str)]) -> Result<Response> {
        let pairs = fields
            .iter()
            .map(|(key, value)| format!("{}={}", encoded(key), encoded(value)));
        self.request(address, "POST", path, &pairs.collect::<Vec<_>>().join("&"))
    }

    fn request(&mut self, address: &str, method: &str, path: &str, body: &str) -> Result<Response> {
        let mut stream =
            TcpStream::connect(address).with_context(|| format!("could not reach {address}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
        if !self.cookies.is_empty() {
            let pairs = self
                .cookies
                .iter()
                .map(|(key, value)| format!("{key}={value}"));
            head.push_str(&format!(
                "Cookie: {}\r\n",
                pairs.collect::<Vec<_>>().join("; ")
            ));
        }
        if let Some(token) = &self.bearer {
            head.push_str(&format!("Authorization: Bearer {token}\r\n"));
        }
        if method == "POST" {
            head.push_str(&format!(
                "Origin: http://{address}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
                body.len()
            ));
        }
        stream.write_all(format!("{head}\r\n{body}").as_bytes())?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        let response = parse(&bytes).context("not an HTTP answer")?;
        for (_, value) in response
            .headers
            .iter()
            .filter(|(key, _)| key == "set-cookie")
        {
            if let Some((name, value)) = value
                .split(';')
                .next()
                .and_then(|pair| pair.split_once('='))
            {
                self.cookies
                    .insert(name.trim().to_owned(), value.to_owned());
            }
        }
        Ok(response)
    }
}

fn parse(bytes: &[u8]) -> Option<Response> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(bytes.get(..end)?).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(key, value)| (key.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let body = bytes.get(end + 4..)?.to_vec();
    let is_chunked = headers
        .iter()
        .any(|(key, value)| key == "transfer-encoding" && value == "chunked");
    let body = if is_chunked { joined(&body)? } else { body };
    Some(Response {
        status,
        headers,
        body,
    })
}

fn joined(mut chunks: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = chunks.windows(2).position(|window| window == b"\r\n")?;
        let size = std::str::from_utf8(chunks.get(..end)?).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(chunks.get(end + 2..end + 2 + size)?);
        chunks = chunks.get(end + 4 + size..)?;
    }
}

fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{encoded, parse};

    #[test]
    fn an_answer_in_chunks_is_joined() {
        let answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n";
        let response = parse(answer).unwrap();
        assert_eq!((response.status, response.text().as_str()), (200, "abcde"));
        assert_eq!(encoded("a b&ä"), "a%20b%26%C3%A4");
    }
}
