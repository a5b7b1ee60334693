//! Every letter as a PDF: read back by other people's programs (poppler), in every language.

use crate::plans;
use letters::{
    Language, LetterError, Message, Print, SheetInput, Words, cancellation_letter, discharge_sheet,
    preparation_sheet,
};
use std::path::PathBuf;
use std::process::Command;

/// Writes the letter beside the other test files and gives its path.
fn written(name: &str, pdf: &[u8]) -> PathBuf {
    assert!(pdf.starts_with(b"%PDF-"), "{name}");
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.pdf"));
    std::fs::write(&path, pdf).unwrap();
    path
}

/// The output of a poppler program; `None` when it is not installed (then said so).
fn poppler(program: &str, arguments: &[&str], file: &PathBuf) -> Option<String> {
    let mut command = Command::new(program);
    command.args(arguments).arg(file);
    if program == "pdftotext" {
        command.arg("-");
    }
    match command.output() {
        Ok(output) => {
            assert!(output.status.success(), "{program} on {}", file.display());
            // poppler writes some titles as UTF-16 into its listing.
            Some(String::from_utf8_lossy(&output.stdout).into_owned())
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let whole = std::env::var_os("SELDINGER_TEST_WHOLE").is_some();
            assert!(!whole, "{program} is not installed");
            println!("left out: 1 ({program} is not installed)");
            None
        }
        Err(error) => panic!("{program}: {error}"),
    }
}

/// The words of a letter on one line, hyphens of the line ends taken out.
fn text(name: &str, pdf: &[u8]) -> Option<String> {
    let file = written(name, pdf);
    let raw = poppler("pdftotext", &["-raw"], &file)?;
    let joined = raw.replace("\u{AD}\n", "").replace('\u{AD}', "");
    Some(joined.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn holds(name: &str, text: &str, expected: &[&str]) {
    for part in expected {
        assert!(text.contains(part), "{name} lacks {part:?}:\n{text}");
    }
}

#[test]
fn every_letter_in_every_language_says_whom_to_call_and_to_whom_it_is() {
    for language in Language::ALL {
        let code = language.code();
        let mut letters: Vec<(String, Vec<u8>)> = Vec::new();
        for (family, plan) in plans::families() {
            for (print, size) in [(Print::Normal, "normal"), (Print::Large, "large")] {
                let sheet = SheetInput {
                    plan: &plan,
                    language: *language,
                    print,
                };
                letters.push((
                    format!("sheet_{family}_{code}_{size}"),
                    preparation_sheet(&sheet).unwrap(),
                ));
            }
        }
        let cancelled = cancellation_letter(&plans::cancellation(*language)).unwrap();
        letters.push((format!("cancelled_{code}"), cancelled));
        let home = discharge_sheet(&plans::discharge(*language)).unwrap();
        letters.push((format!("home_{code}"), home));
        let words = Words::of(*language).unwrap();
        let who = words.say(Message::LetterWhoToCall).unwrap();
        for (name, pdf) in &letters {
            let Some(text) = text(name, pdf) else { return };
            holds(
                name,
                &text,
                &[
                    "Eila Toivokoski-Rae",
                    "000 318",
                    &who,
                    "112",
                    "000 000 001",
                    "000 000 002",
                ],
            );
            let shown = words.say(Message::LetterWatermark).unwrap();
            assert!(!text.contains(&shown), "{name} is not a demonstration");
        }
    }
}

#[test]
fn a_sheet_has_the_day_list_in_the_patients_language() {
    let plan = plans::biopsy();
    let sheet = |language| {
        let input = SheetInput {
            plan: &plan,
            language,
            print: Print::Normal,
        };
        text(
            &format!("days_{}", language.code()),
            &preparation_sheet(&input).unwrap(),
        )
    };
    let expected = [
        (
            Language::English,
            [
                "Thursday 11 March 2027, 08:00",
                "A needle sample from the liver.",
                "Take the last apixaban (Eliquis) at 20:00.",
                "Do not eat after 03:00.",
            ],
        ),
        (
            Language::Finnish,
            [
                "torstai 11. maaliskuuta 2027 klo 8.00",
                "Neulanäyte maksasta.",
                "apixaban (Eliquis): ota viimeinen annos klo 20.00.",
                "Älä syö klo 3.00 jälkeen.",
            ],
        ),
        (
            Language::Swedish,
            [
                "torsdag 11 mars 2027 kl. 08:00",
                "Nålprov från levern.",
                "Ta den sista dosen apixaban (Eliquis) kl. 20:00.",
                "Ät inget efter kl. 03:00.",
            ],
        ),
    ];
    for (language, parts) in expected {
        let Some(text) = sheet(language) else { return };
        holds(language.code(), &text, &parts);
    }
}

#[test]
fn a_demonstration_is_marked_on_every_page() {
    let mut plan = plans::nothing_approved();
    plan.demonstration = true;
    let input = SheetInput {
        plan: &plan,
        language: Language::English,
        print: Print::Large,
    };
    let file = written("demonstration", &preparation_sheet(&input).unwrap());
    let Some(info) = poppler("pdfinfo", &[], &file) else {
        return;
    };
    let pages: usize = info
        .lines()
        .find_map(|line| line.strip_prefix("Pages:"))
        .and_then(|count| count.trim().parse().ok())
        .unwrap();
    assert!(pages > 2, "large print needs several pages");
    for page in 1..=pages {
        let page = page.to_string();
        let text = poppler("pdftotext", &["-f", &page, "-l", &page], &file).unwrap();
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        holds(
            &format!("page {page}"),
            &flat,
            &["DEMONSTRATION. Invented patient.", "000 318"],
        );
    }
}

#[test]
fn a_letter_is_tagged_with_title_language_and_headings() {
    let plan = plans::angioplasty();
    let input = SheetInput {
        plan: &plan,
        language: Language::Swedish,
        print: Print::Normal,
    };
    let file = written("tagged", &preparation_sheet(&input).unwrap());
    let Some(info) = poppler("pdfinfo", &[], &file) else {
        return;
    };
    let squeezed = info.split_whitespace().collect::<Vec<_>>().join(" ");
    holds(
        "pdfinfo",
        &squeezed,
        &["Title: Så förbereder du dig för ingreppet", "Tagged: yes"],
    );
    let tree = poppler("pdfinfo", &["-struct"], &file).unwrap();
    holds("structure", &tree, &["H1", "Table", "TH", "L (block)"]);
}

#[test]
fn text_from_outside_is_never_read_as_markup() {
    let mut plan = plans::biopsy();
    "#panic() $x$ *no* <script>".clone_into(&mut plan.patient.name.family);
    "#read(\"/etc/passwd\") _place_".clone_into(&mut plan.appointment.place);
    let input = SheetInput {
        plan: &plan,
        language: Language::English,
        print: Print::Normal,
    };
    let pdf = preparation_sheet(&input).unwrap();
    if let Some(text) = text("markup", &pdf) {
        holds(
            "markup",
            &text,
            &[
                "Eila #panic() $x$ *no* <script>",
                "#read(\"/etc/passwd\") _place_",
            ],
        );
    }
}

#[test]
fn a_letter_without_name_or_number_is_refused() {
    let refused = |change: fn(&mut letters::patient_plan::PatientPlan)| {
        let mut plan = plans::biopsy();
        change(&mut plan);
        preparation_sheet(&SheetInput {
            plan: &plan,
            language: Language::English,
            print: Print::Normal,
        })
    };
    assert_eq!(
        refused(|plan| plan.patient.hospital_number = "  ".to_owned()),
        Err(LetterError::Unaddressed {
            what: "hospital number"
        })
    );
    assert_eq!(
        refused(|plan| plan.patient.name = model::PersonName::default()),
        Err(LetterError::Unaddressed { what: "name" })
    );
}

#[test]
fn the_same_letter_is_the_same_bytes() {
    let input = plans::cancellation(Language::Finnish);
    assert_eq!(cancellation_letter(&input), cancellation_letter(&input));
}

#[test]
fn an_unapproved_restart_reads_call_us_first() {
    let mut input = plans::cancellation(Language::English);
    for medicine in &mut input.medicines {
        medicine.standing = letters::patient_plan::Standing::NotApproved;
    }
    let pdf = cancellation_letter(&input).unwrap();
    let Some(text) = text("cancelled_unapproved", &pdf) else {
        return;
    };
    assert!(!text.contains("Start again"), "{text}");
    holds(
        "cancelled",
        &text,
        &["Did you stop apixaban (Eliquis)? Call us before you start again: 000 000 001."],
    );
}
