//! Debian's Chromium, driven by `browser/driver.mjs`: one JSON line asks, one answers.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::rc::Rc;

/// A running browser; ended with its owner.
pub struct Browser(Rc<RefCell<Driver>>);

struct Driver {
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
    pages: u32,
}

/// What kind of reader opens a page.
#[derive(Debug, Clone, Copy)]
pub struct View {
    pub width: u32,
    pub height: u32,
    pub script: Script,
}

/// With `Off`, a page must do its whole task by links and forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    On,
    Off,
}

impl View {
    pub const DESKTOP: Self = Self {
        width: 1280,
        height: 900,
        script: Script::On,
    };
    pub const PHONE: Self = Self {
        width: 390,
        height: 844,
        script: Script::On,
    };
    pub const PLAIN: Self = Self {
        width: 1280,
        height: 900,
        script: Script::Off,
    };
}

/// One reader's window: cookies of its own, one page at a time.
#[derive(Clone)]
pub struct Page {
    driver: Rc<RefCell<Driver>>,
    name: String,
}

/// One finding of the accessibility check.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    pub rule: String,
    pub impact: String,
    pub help: String,
    pub places: Vec<String>,
}

impl Browser {
    /// # Errors
    /// When node or Chromium cannot be started.
    pub fn start() -> Result<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser/driver.mjs");
        let mut child = Command::new("node")
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .context("could not start node")?;
        let ask = child.stdin.take().context("no standard input")?;
        let answers = BufReader::new(child.stdout.take().context("no standard output")?);
        Ok(Self(Rc::new(RefCell::new(Driver {
            child,
            ask,
            answers,
            pages: 0,
        }))))
    }

    /// A new window without cookies.
    ///
    /// # Errors
    /// With the driver's words.
    pub fn page(&self, view: View) -> Result<Page> {
        let mut driver = self.0.borrow_mut();
        driver.pages += 1;
        let name = driver.pages.to_string();
        driver.say(json!({
            "op": "page", "page": name, "width": view.width, "height": view.height,
            "script": view.script == Script::On,
        }))?;
        Ok(Page {
            driver: Rc::clone(&self.0),
            name,
        })
    }
}

impl Driver {
    fn say(&mut self, question: Value) -> Result<Value> {
        writeln!(self.ask, "{question}")?;
        self.ask.flush()?;
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            bail!("the browser driver ended at {question}");
        }
        let answer: Value =
            serde_json::from_str(&line).with_context(|| format!("not JSON: {line}"))?;
        if let Some(error) = answer.get("error").and_then(Value::as_str) {
            bail!("{question}\n{error}");
        }
        Ok(answer)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(writeln!(self.ask, "{}", json!({"op": "end"})));
        drop(self.ask.flush());
        drop(self.child.wait());
    }
}

impl Page {
    fn say(&self, op: &str, mut more: Value) -> Result<Value> {
        if let Some(object) = more.as_object_mut() {
            object.insert("op".to_owned(), op.into());
            object.insert("page".to_owned(), self.name.as_str().into());
        }
        self.driver.borrow_mut().say(more)
    }

    /// Opens an address and gives the status of the answer.
    ///
    /// # Errors
    /// With the driver's words.
    pub fn open(&self, url: &str) -> Result<u64> {
        let answer = self.say("open", json!({ "url": url }))?;
        answer
            .get("status")
            .and_then(Value::as_u64)
            .context("no status")
    }

    /// Writes into the field with this label.
    ///
    /// # Errors
    /// With the driver's words and the page's text.
    pub fn fill(&self, label: &str, value: &str) -> Result<()> {
        self.say("fill", json!({ "label": label, "value": value }))
            .map(drop)
    }

    /// Fills a field of the form of this button, where several forms of a page ask for the same.
    ///
    /// # Errors
    /// With the driver's words and the page's text.
    pub fn fill_in(&self, button: &str, label: &str, value: &str) -> Result<()> {
        let asked = json!({ "button": button, "label": label, "value": value });
        self.say("fill_in", asked).map(drop)
    }

    /// Chooses by the words of an option in the list with this label.
    ///
    /// # Errors
    /// With the driver's words and the page's text.
    pub fn choose(&self, label: &str, option: &str) -> Result<()> {
        self.say("choose", json!({ "label": label, "option": option }))
            .map(drop)
    }

    /// Ticks the box or round button with this label.
    ///
    /// # Errors
    /// With the driver's words and the page's text.
    pub fn tick(&self, label: &str) -> Result<()> {
        self.say("tick", json!({ "label": label })).map(drop)
    }

    /// Ticks every box of the page that stands within the form of this button.
    ///
    /// # Errors
    /// With the driver's words and the page's text.
    pub fn tick_all(&self, button: &str) -> Result<u64> {
        let answer = self.say("tick_all", json!({ "button": button }))?;
        answer
            .get("count")
            .and_then(Value::as_u64)
            .context("no count")
    }

    /// Picks one of several exclusive choices, in the group with this legend.
    ///
    /// # Errors
    /// With the driver's words and the page's text.
    pub fn pick(&self, group: &str, option: &str) -> Result<()> {
        self.say("pick", json!({ "group": group, "option": option }))
            .map(drop)
    }

    /// Picks this choice in every group of the form of this button; gives their number.
    ///
    /// # Errors
    /// With the driver's words and the page's text.
    pub fn pick_all(&self, option: &str, button: &str) -> Result<u64> {
        let answer = self.say("pick_all", json!({ "option": option, "button": button }))?;
        answer
            .get("count")
            .and_then(Value::as_u64)
            .context("no count")
    }

    /// Presses a button and waits for the page that follows; gives its status.
    ///
    /// # Errors
    /// With the driver's words and the page's text.
    pub fn press(&self, button: &str) -> Result<u64> {
        let answer = self.say("press", json!({ "button": button }))?;
        answer
            .get("status")
            .and_then(Value::as_u64)
            .context("no status")
    }

    /// Follows a link and waits for the page behind it; gives its status.
    ///
    /// # Errors
    /// With the driver's words and the page's text.
    pub fn follow(&self, link: &str) -> Result<u64> {
        let answer = self.say("follow", json!({ "link": link }))?;
        answer
            .get("status")
            .and_then(Value::as_u64)
            .context("no status")
    }

    /// Waits until the page shows this text.
    ///
    /// # Errors
    /// With the page's text, when it does not come.
    pub fn shows(&self, text: &str) -> Result<()> {
        self.say("shows", json!({ "text": text })).map(drop)
    }

    /// Everything that a reader sees on the page.
    ///
    /// # Errors
    /// With the driver's words.
    pub fn text(&self) -> Result<String> {
        let answer = self.say("text", json!({}))?;
        Ok(answer
            .get("text")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned())
    }

    /// The address of the page.
    ///
    /// # Errors
    /// With the driver's words.
    pub fn url(&self) -> Result<String> {
        let answer = self.say("url", json!({}))?;
        Ok(answer
            .get("url")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned())
    }

    /// Addresses of the links of the page that stay on its host, without repeats.
    ///
    /// # Errors
    /// With the driver's words.
    pub fn links(&self) -> Result<Vec<String>> {
        let answer = self.say("links", json!({}))?;
        let links = answer
            .get("links")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        Ok(links
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect())
    }

    /// Fetches an address with the page's cookies into a file; gives status and content type.
    ///
    /// # Errors
    /// With the driver's words.
    pub fn fetch(&self, url: &str, file: &Path) -> Result<(u64, String)> {
        let answer = self.say("fetch", json!({ "url": url, "file": file }))?;
        let status = answer
            .get("status")
            .and_then(Value::as_u64)
            .context("no status")?;
        Ok((
            status,
            answer
                .get("type")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
        ))
    }

    /// Takes a picture of the whole page.
    ///
    /// # Errors
    /// With the driver's words.
    pub fn picture(&self, file: &Path) -> Result<()> {
        self.say("picture", json!({ "file": file })).map(drop)
    }

    /// Makes the window of another size, as turning a tablet does.
    ///
    /// # Errors
    /// With the driver's words.
    pub fn resize(&self, view: View) -> Result<()> {
        let size = json!({ "width": view.width, "height": view.height });
        self.say("resize", size).map(drop)
    }

    /// How many pixels the page is wider than its window: more than 0 means scrolling sideways.
    ///
    /// # Errors
    /// With the driver's words.
    pub fn too_wide_by(&self) -> Result<i64> {
        let answer = self.say("width", json!({}))?;
        answer
            .get("over")
            .and_then(Value::as_i64)
            .context("no width")
    }

    /// What axe finds on the page, worst first as it says.
    ///
    /// # Errors
    /// With the driver's words.
    pub fn violations(&self) -> Result<Vec<Violation>> {
        let answer = self.say("axe", json!({}))?;
        let found = answer
            .get("violations")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        let word = |value: &Value, key: &str| {
            value
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let places = |value: &Value| {
            let places = value
                .get("places")
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default();
            places
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect()
        };
        let read = |value: &Value| Violation {
            rule: word(value, "rule"),
            impact: word(value, "impact"),
            help: word(value, "help"),
            places: places(value),
        };
        Ok(found.iter().map(read).collect())
    }

    /// What the browser complained about since the last question: refused scripts and styles, errors of scripts.
    ///
    /// # Errors
    /// With the driver's words.
    pub fn complaints(&self) -> Result<Vec<String>> {
        let answer = self.say("complaints", json!({}))?;
        let found = answer
            .get("complaints")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        Ok(found
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect())
    }
}
