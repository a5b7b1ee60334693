//! Patient sentences stay short and plain. Thresholds and their reasons stand at each figure.
//!
//! What is measured: every sentence of the files that a patient reads as running text, each arm of a choice on
//! its own, a variable counted as one short word. Headings, labels, telephone lines and the phrases of the
//! catalogue are left out: they are not sentences.

use std::path::Path;

const FILES: [&str; 7] = [
    "prepare", "room", "after", "cancel", "home", "portal", "dose",
];

struct Limits {
    code: &'static str,
    /// Words a sentence, on average and at most.
    mean_words: f64,
    most_words: usize,
    /// LIX: words a sentence plus the percentage of words with more than six letters.
    lix: f64,
}

/// English: mean 12, longest 20 (patient content model: 30 words and more are hard to read). LIX 30 is
/// "very easy" on Björnsson's scale. Finnish: mean 9, longest 15, because its words carry what English puts into
/// several; LIX counts long words, so Finnish is always high and 50 only catches a drift (no formula is
/// accepted for Finnish). Swedish: as English; LIX 35 is the target of the content model.
const LIMITS: [Limits; 3] = [
    Limits {
        code: "en",
        mean_words: 12.0,
        most_words: 20,
        lix: 30.0,
    },
    Limits {
        code: "fi",
        mean_words: 9.0,
        most_words: 15,
        lix: 50.0,
    },
    Limits {
        code: "sv",
        mean_words: 12.0,
        most_words: 20,
        lix: 35.0,
    },
];

/// Flesch-Kincaid grade for English, at most 6 (content model: reading age 9 to 11).
const MOST_GRADE: f64 = 6.0;

fn sentences(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for name in FILES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../locales")
            .join(code)
            .join(format!("{name}.ftl"));
        for line in std::fs::read_to_string(path).unwrap().lines() {
            if line.starts_with('#') || line == "}" {
                continue;
            }
            let text = match line.split_once("] ").or_else(|| line.split_once(" = ")) {
                Some((_, text)) if !text.ends_with("->") => text,
                _ => continue,
            };
            let mut plain = String::new();
            let mut rest = text;
            while let Some((before, after)) = rest.split_once("{ $") {
                let (_, tail) = after.split_once('}').unwrap();
                plain.push_str(before);
                plain.push('x');
                rest = tail;
            }
            plain.push_str(rest);
            found.extend(
                plain
                    .split(['.', '?'])
                    .map(str::trim)
                    .filter(|sentence| !sentence.is_empty())
                    .map(str::to_owned),
            );
        }
    }
    found
}

fn words(sentence: &str) -> impl Iterator<Item = &str> {
    sentence
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .filter(|word| !word.is_empty())
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand words at most")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

#[test]
fn sentences_are_short_and_plain_in_every_language() {
    for limits in &LIMITS {
        let sentences = sentences(limits.code);
        assert!(
            sentences.len() > 150,
            "{}: {}",
            limits.code,
            sentences.len()
        );
        let mut count = 0;
        let mut long = 0;
        for sentence in &sentences {
            let own = words(sentence).count();
            assert!(own <= limits.most_words, "{own} words: {sentence}");
            count += own;
            long += words(sentence)
                .filter(|word| word.chars().count() > 6)
                .count();
        }
        let mean = ratio(count, sentences.len());
        let lix = mean + 100.0 * ratio(long, count);
        println!("{}: {mean:.1} words a sentence, LIX {lix:.0}", limits.code);
        assert!(mean <= limits.mean_words, "{}: mean {mean:.1}", limits.code);
        assert!(lix <= limits.lix, "{}: LIX {lix:.1}", limits.code);
    }
}

/// Groups of vowels, a silent e at the end not counted: rough, but it moves with the text.
fn syllables(word: &str) -> usize {
    let word = word.to_lowercase();
    let mut groups = 0;
    let mut before = false;
    for letter in word.chars() {
        let vowel = "aeiouy".contains(letter);
        groups += usize::from(vowel && !before);
        before = vowel;
    }
    if word.ends_with('e') && !word.ends_with("le") && groups > 1 {
        groups -= 1;
    }
    groups.max(1)
}

#[test]
fn english_reads_at_the_level_of_an_eleven_year_old() {
    let sentences = sentences("en");
    let all: Vec<&str> = sentences
        .iter()
        .flat_map(|sentence| words(sentence))
        .collect();
    let spoken: usize = all.iter().map(|word| syllables(word)).sum();
    let grade = 0.39 * ratio(all.len(), sentences.len()) + 11.8 * ratio(spoken, all.len()) - 15.59;
    println!("Flesch-Kincaid grade {grade:.1}");
    assert!(grade <= MOST_GRADE, "grade {grade:.1}");
}

#[test]
fn the_measure_itself_notices_hard_text() {
    assert_eq!(syllables("interventional"), 5);
    assert_eq!(syllables("take"), 1);
    let hard = "Discontinuation of anticoagulation is recommended";
    let long = words(hard).filter(|word| word.chars().count() > 6).count();
    assert!(ratio(long, words(hard).count()) > 0.4);
}
