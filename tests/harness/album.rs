//! Looks at pages as people will: at a desk and on a telephone, with a picture of each, and with axe as somebody who
//! listens or uses the keyboard.

use crate::browser::{Page, View};
use crate::folder::Folder;
use anyhow::{Context as _, Result};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Pictures in one folder, and what was wrong with their pages.
pub struct Album {
    folder: PathBuf,
    /// Keeps the pictures as long as the album when nobody named a folder for them.
    _temporary: Option<Folder>,
    seen: RefCell<BTreeSet<String>>,
    faults: RefCell<Vec<String>>,
}

impl Album {
    /// Pictures go into the folder that `SELDINGER_TEST_PICTURES` names, else they go away with the album.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn new() -> Result<Self> {
        let (folder, temporary) = match std::env::var_os("SELDINGER_TEST_PICTURES") {
            Some(named) => (PathBuf::from(named), None),
            None => {
                let folder = Folder::new("pictures")?;
                (folder.path().to_owned(), Some(folder))
            }
        };
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("could not make {}", folder.display()))?;
        Ok(Self {
            folder,
            _temporary: temporary,
            seen: RefCell::default(),
            faults: RefCell::default(),
        })
    }

    /// Looks at the open page once under this name: both widths, axe, and what the browser complained about. The window
    /// is left as at a desk.
    ///
    /// # Errors
    /// With the driver's words; what is wrong with the page is kept for [`Album::faults`].
    pub fn look(&self, page: &Page, name: &str) -> Result<()> {
        if !self.seen.borrow_mut().insert(name.to_owned()) {
            return Ok(());
        }
        for view in [View::PHONE, View::DESKTOP] {
            page.resize(view)?;
            let file = self.folder.join(format!("{name}-{}.png", view.width));
            page.picture(&file)?;
            let over = page.too_wide_by()?;
            if over > 0 {
                self.fault(format!("{name}: {over} pixels too wide at {}", view.width));
            }
        }
        for found in page.violations()? {
            self.fault(format!(
                "{name}: {} ({}): {} at {}",
                found.rule,
                found.impact,
                found.help,
                found.places.join(", ")
            ));
        }
        for complaint in page.complaints()? {
            self.fault(format!("{name}: the browser says {complaint}"));
        }
        Ok(())
    }

    fn fault(&self, words: String) {
        self.faults.borrow_mut().push(words);
    }

    /// How many pages were looked at.
    #[must_use]
    pub fn pages(&self) -> usize {
        self.seen.borrow().len()
    }

    /// Everything that was wrong, a line each.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        self.faults.borrow().clone()
    }
}
