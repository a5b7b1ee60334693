//! `seldinger check`: what is wrong with settings, knowledge, database and objects. One finding a line; exit code 1
//! when any is wrong.

mod knowledge;
mod store;

use crate::open::block_on;
use crate::settings::{Given, Settings};
use anyhow::Result;
use std::io::Write as _;
use std::process::ExitCode;

/// What was found, in the order of looking. Nobody's name or number is in the words.
#[derive(Debug, Default)]
struct Findings {
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    verdict: Verdict,
    about: &'static str,
    words: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Ok,
    Wrong,
}

impl Findings {
    fn ok(&mut self, about: &'static str, words: impl Into<String>) {
        self.add(Verdict::Ok, about, words.into());
    }

    fn wrong(&mut self, about: &'static str, words: impl Into<String>) {
        self.add(Verdict::Wrong, about, words.into());
    }

    fn add(&mut self, verdict: Verdict, about: &'static str, words: String) {
        self.lines.push(Line {
            verdict,
            about,
            words,
        });
    }

    fn print(&self) -> Result<ExitCode> {
        let mut out = std::io::stdout().lock();
        for Line {
            verdict,
            about,
            words,
        } in &self.lines
        {
            let verdict = match verdict {
                Verdict::Ok => "ok   ",
                Verdict::Wrong => "wrong",
            };
            for words in words.lines() {
                writeln!(out, "{verdict} {about}: {words}")?;
            }
        }
        let is_wrong = self.lines.iter().any(|line| line.verdict == Verdict::Wrong);
        Ok(if is_wrong {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        })
    }
}

/// # Errors
/// Standard output cannot be written; everything else is a finding.
pub fn run(given: &Given) -> Result<ExitCode> {
    let mut findings = Findings::default();
    match Settings::read(given) {
        // Without settings nobody knows where to look further.
        Err(refused) => findings.wrong("settings", format!("{refused:#}")),
        Ok(settings) => look(&settings, &mut findings)?,
    }
    findings.print()
}

fn look(settings: &Settings, findings: &mut Findings) -> Result<()> {
    let rules = knowledge::load(settings, findings);
    block_on(async {
        let demonstration = store::check(settings, rules.as_ref(), findings).await;
        let missing = settings.site.missing();
        if missing.is_empty() {
            findings.ok(
                "settings",
                "read; everything that real patients need is set",
            );
        } else if demonstration {
            findings.ok("settings", "read; a demonstration needs no more");
        } else {
            for name in missing {
                findings.wrong(
                    "settings",
                    format!("{name} is not set: the first real patient will be refused"),
                );
            }
        }
        if let Some(rules) = &rules {
            knowledge::check(rules, demonstration, findings);
        }
        Ok(())
    })
}
