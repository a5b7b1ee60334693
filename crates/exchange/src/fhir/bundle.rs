//! The Bundle: its entries, what points at what, and whose resource it is.

use super::node::{Flaw, Node};
use serde_json::Value;
use std::collections::BTreeMap;

/// Most entries of one Bundle.
pub const ENTRIES_MAX: usize = 10_000;

/// One resource with its place.
#[derive(Debug, Clone)]
pub struct Resource<'a> {
    pub node: Node<'a>,
    pub kind: &'a str,
    /// Without one it is known by its full URL, else by its place.
    pub id: String,
    /// It says that it must not be read by whoever does not know an extension of it.
    pub not_to_be_read: bool,
}

#[derive(Debug)]
pub struct Bundle<'a> {
    pub resources: Vec<Resource<'a>>,
    pub meta: Option<Node<'a>>,
    by_reference: BTreeMap<String, usize>,
}

impl<'a> Bundle<'a> {
    /// # Errors
    /// No Bundle, a Bundle of a kind that says nothing about now, an entry that is no resource.
    pub fn read(document: &'a Value) -> Result<Self, Flaw> {
        let root = Node::new(document, "Bundle")?;
        match root.text("resourceType")? {
            Some("Bundle") => {}
            Some(other) => {
                return Err(root.flaw("resourceType", format!("Bundle is wanted, not {other}")));
            }
            None => return Err(root.flaw("resourceType", "is missing")),
        }
        if root.text("type")? == Some("history") {
            return Err(root.flaw("type", "a history does not say what stands now"));
        }
        let entries = root.children("entry")?;
        if entries.len() > ENTRIES_MAX {
            let words = format!("more than {ENTRIES_MAX} entries");
            return Err(root.flaw("entry", words));
        }
        let mut bundle = Self {
            resources: Vec::with_capacity(entries.len()),
            meta: root.child("meta")?,
            by_reference: BTreeMap::new(),
        };
        for entry in &entries {
            bundle.take(entry)?;
        }
        Ok(bundle)
    }

    fn take(&mut self, entry: &Node<'a>) -> Result<(), Flaw> {
        if let Some(request) = entry.child("request")?
            && request.text("method")? == Some("DELETE")
        {
            return Err(request.flaw("method", "what is to be deleted cannot be planned with"));
        }
        let Some(node) = entry.child("resource")? else {
            return Err(entry.flaw("resource", "is missing"));
        };
        let Some(kind) = node.text("resourceType")? else {
            return Err(node.flaw("resourceType", "is missing"));
        };
        let at = self.resources.len();
        let full_url = entry.text("fullUrl")?;
        let id = node.text("id")?;
        let mut known: Vec<String> = Vec::new();
        known.extend(full_url.map(str::to_owned));
        known.extend(id.map(|id| format!("{kind}/{id}")));
        for reference in known {
            if self
                .by_reference
                .insert(reference.clone(), at)
                .is_some_and(|before| before != at)
            {
                let words = format!("{reference} stands twice in this Bundle");
                return Err(Flaw {
                    path: node.path().to_owned(),
                    words,
                });
            }
        }
        self.resources.push(Resource {
            id: id
                .or(full_url)
                .map_or_else(|| node.path().to_owned(), str::to_owned),
            not_to_be_read: node.has("modifierExtension") || node.has("implicitRules"),
            kind,
            node,
        });
        Ok(())
    }

    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Resource<'a>> {
        self.resources.iter().filter(move |one| one.kind == kind)
    }

    /// The resource that a reference text names: full URL, `Type/id`, or an absolute URL that ends so.
    pub fn find(&self, reference: &str) -> Option<&Resource<'a>> {
        let plain = reference.split("/_history/").next().unwrap_or(reference);
        let found = self.by_reference.get(plain).or_else(|| {
            let mut parts = plain.rsplit('/');
            let (id, kind) = (parts.next()?, parts.next()?);
            self.by_reference.get(&format!("{kind}/{id}"))
        });
        self.resources.get(*found?)
    }

    /// The reference under a key; `None` when nothing is there or it carries no reference text.
    /// # Errors
    /// An element of the wrong kind.
    pub fn reference(node: &Node<'a>, key: &str) -> Result<Option<&'a str>, Flaw> {
        match node.child(key)? {
            Some(reference) => reference.text("reference"),
            None => Ok(None),
        }
    }
}

/// Whose a resource is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose<'a> {
    /// The patient of this Bundle with this id.
    Patient(&'a str),
    /// Names somebody who is not in this Bundle.
    Stranger,
    /// Names nobody.
    Nobody,
}

/// Subject, patient or participant of a resource.
/// # Errors
/// An element of the wrong kind.
pub fn whose<'b>(bundle: &'b Bundle<'_>, resource: &Resource<'_>) -> Result<Whose<'b>, Flaw> {
    let node = &resource.node;
    let mut named = Vec::new();
    for key in ["subject", "patient"] {
        named.extend(Bundle::reference(node, key)?);
    }
    for participant in node.children("participant")? {
        let actor = Bundle::reference(&participant, "actor")?;
        named.extend(actor.filter(|text| is_a_patient(bundle, text)));
    }
    if let Some(reference) = named.first() {
        let found = bundle.find(reference).filter(|one| one.kind == "Patient");
        return Ok(found.map_or(Whose::Stranger, |one| Whose::Patient(&one.id)));
    }
    let mut patients = bundle.of_kind("Patient");
    Ok(match (patients.next(), patients.next()) {
        // Where only one person is spoken of, nobody else can be meant.
        (Some(only), None) => Whose::Patient(&only.id),
        _ => Whose::Nobody,
    })
}

fn is_a_patient(bundle: &Bundle, reference: &str) -> bool {
    reference.starts_with("Patient/")
        || reference.contains("/Patient/")
        || bundle
            .find(reference)
            .is_some_and(|one| one.kind == "Patient")
}
