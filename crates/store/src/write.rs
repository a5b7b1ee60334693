//! The one way in: a [`Commit`] becomes one transaction.
//!
//! SQLite has a single writer connection; commits that wait are put into one transaction (each in a
//! savepoint of its own), because the disk's sync is what costs. PostgreSQL takes each commit on a pooled
//! connection.

mod apply;

use crate::commit::Commit;
use crate::sql::statement;
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, TransactionTrait};
use tokio::sync::{broadcast, mpsc, oneshot};

/// Why a commit was refused. Nothing of it is in the store.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// Somebody else was first: read again, decide again.
    #[error("{stream} has changed meanwhile (expected version {expected})")]
    Stale { stream: String, expected: i64 },
    /// This message was taken in before.
    #[error("message {message_id} of {sender} was taken in before")]
    Duplicate { sender: String, message_id: String },
    #[error("could not write to the database")]
    Database(#[from] DbErr),
    #[error("the store is closing")]
    Closed,
}

/// The writing handle. Only `workflow` holds one.
#[derive(Debug, Clone)]
pub struct Writer {
    way: Way,
    watch: broadcast::Sender<Vec<String>>,
}

#[derive(Debug, Clone)]
enum Way {
    Pool(DatabaseConnection),
    Single(mpsc::Sender<Request>),
}

struct Request {
    work: Work,
    answer: oneshot::Sender<Result<i64, CommitError>>,
}

enum Work {
    Commit(Commit),
    NextNumber(String),
}

/// Commits that may wait before callers are held back.
const QUEUE: usize = 1024;
/// Commits that share one disk sync at most.
const GROUP: usize = 64;
/// Changes that a slow watcher may miss before it is told that it has missed some.
const WATCH: usize = 1024;

impl Writer {
    pub(crate) fn on_pool(pool: DatabaseConnection) -> Self {
        Self {
            way: Way::Pool(pool),
            watch: broadcast::channel(WATCH).0,
        }
    }

    pub(crate) fn on_single(connection: DatabaseConnection) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        tokio::spawn(write_in_groups(connection, receiver));
        Self {
            way: Way::Single(sender),
            watch: broadcast::channel(WATCH).0,
        }
    }

    pub(crate) fn watch(&self) -> broadcast::Sender<Vec<String>> {
        self.watch.clone()
    }

    /// Makes the whole commit true, durably.
    /// # Errors
    /// See [`CommitError`]; then nothing of it is true.
    pub async fn commit(&self, commit: Commit) -> Result<(), CommitError> {
        let touched = commit.touched_cases();
        self.run(Work::Commit(commit)).await?;
        if !touched.is_empty() {
            // Nobody watching is no failure.
            let _ = self.watch.send(touched);
        }
        Ok(())
    }

    /// The next number of a counter, starting at 1. A number that is taken is never given again, even when what it
    /// was taken for does not happen.
    /// # Errors
    /// The database's own failure.
    pub async fn next_number(&self, counter: &str) -> Result<i64, CommitError> {
        self.run(Work::NextNumber(counter.to_owned())).await
    }

    async fn run(&self, work: Work) -> Result<i64, CommitError> {
        match &self.way {
            Way::Pool(pool) => {
                let transaction = pool.begin().await?;
                match perform(&transaction, &work).await {
                    Ok(number) => {
                        transaction.commit().await?;
                        Ok(number)
                    }
                    Err(refused) => {
                        transaction.rollback().await?;
                        Err(refused)
                    }
                }
            }
            Way::Single(queue) => {
                let (answer, answered) = oneshot::channel();
                let request = Request { work, answer };
                queue.send(request).await.map_err(|_| CommitError::Closed)?;
                answered.await.map_err(|_| CommitError::Closed)?
            }
        }
    }
}

async fn perform(transaction: &DatabaseTransaction, work: &Work) -> Result<i64, CommitError> {
    match work {
        Work::Commit(commit) => {
            for change in &commit.changes {
                apply::apply(transaction, change).await?;
            }
            Ok(0)
        }
        Work::NextNumber(counter) => {
            let row = transaction
                .query_one_raw(statement(
                    transaction.get_database_backend(),
                    "insert into counter (name, value) values ($1, 1) \
                     on conflict (name) do update set value = counter.value + 1 returning value",
                    vec![counter.as_str().into()],
                ))
                .await?
                .ok_or_else(|| DbErr::RecordNotFound("counter gave no number".to_owned()))?;
            Ok(row.try_get("", "value")?)
        }
    }
}

async fn write_in_groups(connection: DatabaseConnection, mut queue: mpsc::Receiver<Request>) {
    let mut group = Vec::with_capacity(GROUP);
    while queue.recv_many(&mut group, GROUP).await > 0 {
        let answers = write_group(&connection, &mut group).await;
        for (answer, result) in answers {
            // The caller may have gone; the commit stands all the same.
            let _ = answer.send(result);
        }
    }
}

type Answers = Vec<(
    oneshot::Sender<Result<i64, CommitError>>,
    Result<i64, CommitError>,
)>;

async fn write_group(connection: &DatabaseConnection, group: &mut Vec<Request>) -> Answers {
    let mut answers: Answers = Vec::with_capacity(group.len());
    let outer = match connection.begin().await {
        Ok(outer) => outer,
        Err(failure) => return refuse_all(group, &failure),
    };
    for Request { work, answer } in group.drain(..) {
        let result = in_savepoint(&outer, &work).await;
        answers.push((answer, result));
    }
    if let Err(failure) = outer.commit().await {
        for (_, result) in &mut answers {
            if result.is_ok() {
                *result = Err(DbErr::Custom(failure.to_string()).into());
            }
        }
    }
    answers
}

async fn in_savepoint(outer: &DatabaseTransaction, work: &Work) -> Result<i64, CommitError> {
    let savepoint = outer.begin().await?;
    match perform(&savepoint, work).await {
        Ok(number) => {
            savepoint.commit().await?;
            Ok(number)
        }
        Err(refused) => {
            savepoint.rollback().await?;
            Err(refused)
        }
    }
}

fn refuse_all(group: &mut Vec<Request>, failure: &DbErr) -> Answers {
    group
        .drain(..)
        .map(|request| {
            (
                request.answer,
                Err(DbErr::Custom(failure.to_string()).into()),
            )
        })
        .collect()
}
