//! The patient at home: the page behind a code and a date of birth, and the letter on paper.

use crate::storyboard::scene::{BORN, Scene};
use crate::storyboard::staff::Person;
use interoperability::browser::{Page, View};
use interoperability::pdf;
use jiff::ToSpan;

/// The nurse makes the code; it is shown once.
pub fn gets_a_code(scene: &Scene) -> String {
    let nils = Person::in_role(scene, "ir_nurse");
    nils.opens_the_case();
    nils.signs("Code for the patient");
    nils.looks("code of the patient");
    let text = nils.reads();
    let is_code = |line: &&str| line.len() == 10 && line.chars().all(|c| c.is_ascii_alphanumeric());
    text.lines()
        .map(str::trim)
        .find(is_code)
        .unwrap()
        .to_owned()
}

/// A wrong date of birth opens nothing; the right one opens the plan.
pub fn opens_the_page(scene: &Scene, code: &str) -> Page {
    let page = scene.browser.page(View::PHONE).unwrap();
    page.open(&scene.url("/p")).unwrap();
    page.fill("Code", code).unwrap();
    page.fill("Your date of birth", "1958-04-21").unwrap();
    assert_eq!(page.press("Continue").unwrap(), 401);
    page.fill("Code", code).unwrap();
    page.fill("Your date of birth", &BORN.to_string()).unwrap();
    assert_eq!(page.press("Continue").unwrap(), 200);
    page
}

/// The rule of the medicine has no approval here: no time reaches the patient, but who will call does.
pub fn is_told_that_the_unit_will_call(scene: &Scene, code: &str) {
    let page = opens_the_page(scene, code);
    look(scene, &page, "patient without approval");
    let text = page.text().unwrap();
    assert!(
        text.contains("apixaban: your unit will call you."),
        "{text}"
    );
    assert!(!text.contains("Take the last apixaban"), "{text}");
}

/// The times of the plan, on the page and in the letter, in the same sentences.
pub fn reads_the_plan(scene: &Scene, code: &str) {
    let page = opens_the_page(scene, code);
    look(scene, &page, "patient plan");
    let text = plain(&page.text().unwrap());
    let booked = scene.booked();
    let last = booked.date().checked_sub(3.days()).unwrap();
    let said = [
        format!("{}", booked.strftime("%A %-d %B %Y")),
        format!("{}", last.strftime("%A %-d %B")),
        "Take the last apixaban at 20:00. Then no more.".to_owned(),
        "Do not take apixaban.".to_owned(),
        "Do not eat after 01:00.".to_owned(),
        "You may drink water until 07:00.".to_owned(),
        "Come at 09:00.".to_owned(),
        "+000 10 111".to_owned(),
    ];
    for words in &said {
        assert!(text.contains(words), "no {words:?} on the page:\n{text}");
    }
    let letter = letter(scene);
    for words in &said {
        assert!(
            letter.contains(words),
            "no {words:?} in the letter:\n{letter}"
        );
    }
}

/// The letter as the nurse prints it.
fn letter(scene: &Scene) -> String {
    let nils = Person::in_role(scene, "ir_nurse");
    nils.opens_the_case();
    let file = scene.file("letter.pdf");
    let url = scene.url(&format!("/cases/{}/letter.pdf", scene.case_id()));
    let answered = nils.page.fetch(&url, &file).unwrap();
    assert_eq!(answered, (200, "application/pdf".to_owned()));
    plain(&pdf::text(&file).unwrap())
}

/// One space where a page or a letter breaks its lines.
fn plain(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c == '\u{a0}')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn look(scene: &Scene, page: &Page, name: &str) {
    if let Some(album) = &scene.album {
        album.look(page, &name.replace(' ', "-")).unwrap();
    }
}
