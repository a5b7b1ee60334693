//! Database and objects: reachable, of this program's making, without gaps, and the rows as the events say.

use super::Findings;
use crate::settings::{Settings, location, shown};
use std::sync::Arc;
use store::archive::named_objects;
use store::{ObjectError, Objects, Store};
use workflow::check_rows::check_rows;
use workflow::{Desk, Rules, SystemClock};

/// Looks, and says whether the store is a demonstration's.
pub(super) async fn check(
    settings: &Settings,
    rules: Option<&Rules>,
    findings: &mut Findings,
) -> bool {
    let location = location(settings);
    if location.database.is_none() && !location.sqlite_file().is_file() {
        findings.ok(
            "database",
            format!(
                "none yet in {}; the first start makes it",
                shown(&settings.data)
            ),
        );
        return false;
    }
    let store = match Store::open(&location).await {
        Ok(store) => store,
        Err(refused) => {
            findings.wrong("database", format!("{:#}", anyhow::Error::from(refused)));
            return false;
        }
    };
    let demonstration = match store.query.fact("demonstration").await {
        Ok(kind) => kind.as_deref() == Some("true"),
        Err(refused) => {
            findings.wrong("database", format!("{:#}", anyhow::Error::from(refused)));
            return false;
        }
    };
    let kind = if location.database.is_some() {
        "PostgreSQL"
    } else {
        "SQLite"
    };
    let whose = if demonstration {
        ", a demonstration"
    } else {
        ""
    };
    findings.ok(
        "database",
        format!("{kind} answers, its tables are this program's{whose}"),
    );
    objects(&store, findings).await;
    if let Some(rules) = rules {
        let mut site = settings.site.clone();
        site.demonstration = demonstration;
        let clock = Arc::new(SystemClock);
        rows(
            &Desk::new(store, clock, Arc::new(site), Arc::new(rules.clone())),
            findings,
        )
        .await;
    }
    demonstration
}

async fn rows(desk: &Desk, findings: &mut Findings) {
    match check_rows(desk).await {
        Err(refused) => findings.wrong("database", format!("{:#}", anyhow::Error::from(refused))),
        Ok(checked) => {
            for words in &checked.wrong {
                findings.wrong("database", words.as_str());
            }
            if checked.wrong.is_empty() {
                findings.ok(
                    "database",
                    format!(
                        "{} events without a gap; the rows of {} cases and {} patients say what the events say",
                        checked.events, checked.cases, checked.patients
                    ),
                );
            }
        }
    }
}

async fn objects(store: &Store, findings: &mut Findings) {
    let keys = match named_objects(&store.query).await {
        Ok(keys) => keys,
        Err(refused) => {
            findings.wrong("objects", format!("{:#}", anyhow::Error::from(refused)));
            return;
        }
    };
    let objects: Objects = store.objects.clone();
    let looked = tokio::task::spawn_blocking(move || {
        let mut bytes = 0;
        let mut wrong = Vec::new();
        for key in &keys {
            match objects.verify(key) {
                Ok(size) => bytes += size,
                Err(ObjectError::Damaged(key)) => {
                    wrong.push(format!(
                        "{key} is not what its rows say: the disk has changed it"
                    ));
                }
                Err(missing) => wrong.push(format!("{:#}", anyhow::Error::from(missing))),
            }
        }
        (keys.len(), bytes, wrong)
    });
    match looked.await {
        Err(ended) => findings.wrong("objects", ended.to_string()),
        Ok((count, bytes, wrong)) if wrong.is_empty() => findings.ok(
            "objects",
            format!("{count} objects of {bytes} bytes are there and as their rows say"),
        ),
        Ok((_, _, wrong)) => {
            for words in wrong {
                findings.wrong("objects", words);
            }
        }
    }
}
