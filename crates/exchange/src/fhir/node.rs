//! A JSON object that knows where it stands, so that every flaw names the path of the element.

use serde_json::{Map, Value};
use std::fmt;

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// `Bundle.entry[3].resource.valueQuantity.value`.
    pub path: String,
    pub words: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.words)
    }
}

impl std::error::Error for Flaw {}

/// One object of the document.
#[derive(Debug, Clone)]
pub struct Node<'a> {
    map: &'a Map<String, Value>,
    path: String,
}

impl<'a> Node<'a> {
    /// # Errors
    /// The value is no object.
    pub fn new(value: &'a Value, path: &str) -> Result<Self, Flaw> {
        match value {
            Value::Object(map) => Ok(Self {
                map,
                path: path.to_owned(),
            }),
            other => Err(wrong(path, "an object", other)),
        }
    }

    pub fn path(&self) -> &str {
        &self.path
    }

    pub fn below(&self, key: &str) -> String {
        format!("{}.{key}", self.path)
    }

    /// A flaw of one element of this object.
    pub fn flaw(&self, key: &str, words: impl Into<String>) -> Flaw {
        Flaw {
            path: self.below(key),
            words: words.into(),
        }
    }

    pub fn has(&self, key: &str) -> bool {
        self.map.contains_key(key)
    }

    pub fn keys(&self) -> impl Iterator<Item = &'a str> {
        self.map.keys().map(String::as_str)
    }

    fn value(&self, key: &str) -> Option<&'a Value> {
        self.map.get(key).filter(|value| !value.is_null())
    }

    /// A string; an empty one counts as absent, as FHIR has no empty strings.
    /// # Errors
    /// It is something else.
    pub fn text(&self, key: &str) -> Result<Option<&'a str>, Flaw> {
        match self.value(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.trim()).filter(|text| !text.is_empty())),
            Some(other) => Err(wrong(&self.below(key), "a text", other)),
        }
    }

    /// [`Node::text`], empty when absent.
    /// # Errors
    /// It is something else than a string.
    pub fn text_or_empty(&self, key: &str) -> Result<&'a str, Flaw> {
        Ok(self.text(key)?.unwrap_or_default())
    }

    /// # Errors
    /// It is something else than a finite number.
    pub fn number(&self, key: &str) -> Result<Option<f64>, Flaw> {
        match self.value(key) {
            None => Ok(None),
            Some(value) => match value.as_f64().filter(|number| number.is_finite()) {
                Some(number) => Ok(Some(number)),
                None => Err(wrong(&self.below(key), "a number", value)),
            },
        }
    }

    /// # Errors
    /// It is something else than true or false.
    pub fn truth(&self, key: &str) -> Result<Option<bool>, Flaw> {
        match self.value(key) {
            None => Ok(None),
            Some(Value::Bool(truth)) => Ok(Some(*truth)),
            Some(other) => Err(wrong(&self.below(key), "true or false", other)),
        }
    }

    /// # Errors
    /// It is something else than an object.
    pub fn child(&self, key: &str) -> Result<Option<Node<'a>>, Flaw> {
        self.value(key)
            .map(|value| Node::new(value, &self.below(key)))
            .transpose()
    }

    /// The objects of a list; none when it is absent.
    /// # Errors
    /// It is no list, or one of it is no object.
    pub fn children(&self, key: &str) -> Result<Vec<Node<'a>>, Flaw> {
        self.list(key)?
            .iter()
            .enumerate()
            .map(|(at, value)| Node::new(value, &format!("{}[{at}]", self.below(key))))
            .collect()
    }

    /// The strings of a list; none when it is absent.
    /// # Errors
    /// It is no list, or one of it is no string.
    pub fn texts(&self, key: &str) -> Result<Vec<&'a str>, Flaw> {
        self.list(key)?
            .iter()
            .enumerate()
            .map(|(at, value)| {
                let path = format!("{}[{at}]", self.below(key));
                value.as_str().ok_or_else(|| wrong(&path, "a text", value))
            })
            .collect()
    }

    fn list(&self, key: &str) -> Result<&'a [Value], Flaw> {
        match self.value(key) {
            None => Ok(&[]),
            Some(Value::Array(items)) => Ok(items),
            Some(other) => Err(wrong(&self.below(key), "a list", other)),
        }
    }
}

fn wrong(path: &str, wanted: &str, found: &Value) -> Flaw {
    let is = match found {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    Flaw {
        path: path.to_owned(),
        words: format!("{wanted} is wanted, {is} stands there"),
    }
}
