//! The events of the story, in order, by whom: `events.txt` is read line by line when it changes.

use crate::storyboard::scene::Scene;

const EXPECTED: &str = include_str!("events.txt");

/// Compares what happened with what is written; who acts is a role, never a name.
pub fn are_as_written(scene: &Scene) {
    let events = scene.list(&format!("/api/cases/{}/events", scene.case_id()));
    let happened: Vec<String> = events
        .iter()
        .map(|event| {
            let word = |key: &str| event[key].as_str().unwrap_or("?").to_owned();
            format!("{} by {}", word("kind"), word("role"))
        })
        .collect();
    let expected: Vec<&str> = EXPECTED
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    assert_eq!(happened, expected, "\n{}\n", happened.join("\n"));
}
