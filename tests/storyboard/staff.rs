//! Somebody of the staff in front of a screen: finds links, labels and buttons as they read them.

use crate::storyboard::scene::Scene;
use interoperability::browser::{Page, View};
use interoperability::hospital::{PASSWORD, account};

/// The button of the role that the coordinator, who is a nurse too, begins with.
const AS_COORDINATOR: &str = "Coordinator, as now";

/// One person, logged in.
pub struct Person<'a> {
    scene: &'a Scene,
    pub page: Page,
}

impl<'a> Person<'a> {
    /// Stands before the screen of this role; who comes for the first time logs in, and picks the role of the two.
    pub fn in_role(scene: &'a Scene, role: &str) -> Self {
        if let Some(page) = scene.desk(role) {
            return Self { scene, page };
        }
        let person = Self {
            scene,
            page: scene.browser.page(View::DESKTOP).unwrap(),
        };
        person.opens("/log-in");
        person.looks("log in");
        person.fills(&[("Name", account(role)), ("Password", PASSWORD)]);
        person.signs("Log in");
        if role == "coordinator" {
            person.sees(&["In which role do you work now?"]);
            person.looks("role");
            person.signs(AS_COORDINATOR);
        }
        scene.sits_down(role, person.page.clone());
        person
    }

    pub fn opens(&self, path: &str) {
        let status = self.page.open(&self.scene.url(path)).unwrap();
        assert_eq!(status, 200, "{path}: {}", self.reads());
    }

    /// The story's case.
    pub fn opens_the_case(&self) {
        self.opens(&format!("/cases/{}", self.scene.case_id()));
    }

    /// The pad of the story's room.
    pub fn opens_the_room(&self) {
        self.opens(&format!("/cases/{}/room", self.scene.case_id()));
    }

    pub fn follows(&self, link: &str) {
        let status = self.page.follow(link).unwrap();
        assert_eq!(status, 200, "{link}: {}", self.reads());
    }

    /// Opens a form from the page; it has its picture under the words of its link.
    pub fn takes_up(&self, form: &str) {
        self.follows(form);
        self.looks(form);
    }

    /// A picture of the page, looked at once.
    pub fn looks(&self, name: &str) {
        if let Some(album) = &self.scene.album {
            album
                .look(&self.page, &name.to_lowercase().replace(' ', "-"))
                .unwrap();
        }
    }

    pub fn fills(&self, fields: &[(&str, &str)]) {
        for (label, value) in fields {
            self.page.fill(label, value).unwrap();
        }
    }

    pub fn picks(&self, choices: &[(&str, &str)]) {
        for (group, option) in choices {
            self.page.pick(group, option).unwrap();
        }
    }

    /// "Yes" to everything that the form of this button asks, and gives how much that was.
    pub fn answers_yes(&self, button: &str) -> u64 {
        self.page.pick_all("Yes", button).unwrap()
    }

    /// Sends a form, and it is taken.
    pub fn signs(&self, button: &str) {
        let status = self.page.press(button).unwrap();
        assert_eq!(status, 200, "{button}: {}", self.reads());
    }

    /// Sends a form, and it comes back with these words.
    pub fn is_refused(&self, button: &str, words: &str) {
        let status = self.page.press(button).unwrap();
        assert_eq!(status, 422, "{button}: {}", self.reads());
        self.sees(&[words]);
    }

    pub fn reads(&self) -> String {
        self.page.text().unwrap()
    }

    /// All of these words stand on the page.
    pub fn sees(&self, words: &[&str]) {
        let text = self.reads();
        for word in words {
            assert!(
                text.contains(word),
                "no {word:?} on {}:\n{text}",
                self.page.url().unwrap()
            );
        }
    }
}
