//! One change, one or two statements.

use crate::commit::{Change, NewEvent, Stream};
use crate::rows::{InboxRow, ObjectRow, PatientRow, WorklistRow};
use crate::sql::{folded, micros, optional_micros, statement};
use crate::write::CommitError;
use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryResult, Value};

async fn run(
    transaction: &DatabaseTransaction,
    text: &str,
    values: Vec<Value>,
) -> Result<u64, CommitError> {
    let backend = transaction.get_database_backend();
    Ok(transaction
        .execute_raw(statement(backend, text, values))
        .await?
        .rows_affected())
}

/// Makes one change inside the transaction.
pub(super) async fn apply(db: &DatabaseTransaction, change: &Change) -> Result<(), CommitError> {
    match change {
        Change::Append {
            stream,
            expected,
            events,
        } => append(db, stream, *expected, events).await?,
        Change::TakeIn(row) => take_in(db, row).await?,
        Change::ClaimIdentifier {
            issuer,
            value,
            patient_key,
        } => claim_identifier(db, issuer, value, patient_key).await?,
        Change::Claim { what, by } => claim(db, what, by).await?,
        Change::PutPatient(row) => put_patient(db, row).await?,
        Change::PutWorklist { case_id, steps } => put_worklist(db, case_id, steps).await?,
        Change::AddObject(row) => add_object(db, row).await?,
        other => {
            let (text, values) = simple(other);
            run(db, text, values).await?;
        }
    }
    Ok(())
}

/// The changes that are one statement each.
fn simple(change: &Change) -> (&'static str, Vec<Value>) {
    match change {
        Change::Append { .. }
        | Change::TakeIn(_)
        | Change::ClaimIdentifier { .. }
        | Change::Claim { .. }
        | Change::PutPatient(_)
        | Change::PutWorklist { .. }
        | Change::AddObject(_) => ("select 1", vec![]),
        Change::PutIdentifier { .. }
        | Change::DropIdentifier { .. }
        | Change::PutCase(_)
        | Change::AddCaseKey(_)
        | Change::DropCaseKey(_)
        | Change::AddLaboratory(_)
        | Change::MoveLaboratory { .. }
        | Change::FileStudy { .. }
        | Change::UnfileStudy { .. }
        | Change::FileObject { .. }
        | Change::PutPlan(_) => of_patients_and_cases(change),
        Change::Quarantine(_)
        | Change::ResolveQuarantine { .. }
        | Change::Send(_)
        | Change::Sent { .. }
        | Change::Withdraw { .. }
        | Change::SendFailed { .. }
        | Change::Audit(_)
        | Change::PutTask(_)
        | Change::CloseTask { .. }
        | Change::CloseTasksOfKind { .. } => of_messages_and_tasks(change),
        Change::PutAccount(_)
        | Change::PutSession(_)
        | Change::TouchSession { .. }
        | Change::EndSession { .. }
        | Change::EndSessionsOf { .. }
        | Change::PutMachineToken(_)
        | Change::PutPatientCode(_)
        | Change::EndPatientCodes { .. }
        | Change::PutThrottle(_)
        | Change::ClearThrottle { .. }
        | Change::PutFact { .. } => of_access(change),
    }
}

fn of_patients_and_cases(change: &Change) -> (&'static str, Vec<Value>) {
    match change {
        Change::PutIdentifier {
            issuer,
            value,
            patient_key,
        } => (
            "insert into patient_identifier (issuer, value, patient_key) values ($1, $2, $3) \
             on conflict (issuer, value) do update set patient_key = excluded.patient_key",
            vec![issuer.into(), value.into(), patient_key.into()],
        ),
        Change::DropIdentifier {
            issuer,
            value,
            patient_key,
        } => (
            "delete from patient_identifier where issuer = $1 and value = $2 and patient_key = $3",
            vec![issuer.into(), value.into(), patient_key.into()],
        ),
        Change::PutCase(row) => (
            "insert into case_row (case_id, patient_key, version, state, start_us, room, gate_now, \
             gate_if_completed, closed_us, changed_us, body) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (case_id) do update set \
             patient_key = excluded.patient_key, version = excluded.version, state = excluded.state, \
             start_us = excluded.start_us, room = excluded.room, gate_now = excluded.gate_now, \
             gate_if_completed = excluded.gate_if_completed, closed_us = excluded.closed_us, \
             changed_us = excluded.changed_us, body = excluded.body",
            vec![
                row.case_id.as_str().into(),
                row.patient_key.as_str().into(),
                row.version.into(),
                row.state.as_str().into(),
                optional_micros(row.start),
                row.room.as_str().into(),
                row.gate_now.as_str().into(),
                row.gate_if_completed.as_str().into(),
                optional_micros(row.closed),
                micros(row.changed),
                row.body.as_str().into(),
            ],
        ),
        Change::AddCaseKey(row) => (
            "insert into case_key (kind, value, case_id) values ($1, $2, $3) on conflict do nothing",
            vec![
                row.kind.as_str().into(),
                row.value.as_str().into(),
                row.case_id.as_str().into(),
            ],
        ),
        Change::DropCaseKey(row) => (
            "delete from case_key where kind = $1 and value = $2 and case_id = $3",
            vec![
                row.kind.as_str().into(),
                row.value.as_str().into(),
                row.case_id.as_str().into(),
            ],
        ),
        Change::AddLaboratory(row) => (
            "insert into laboratory (patient_key, analyte, code, specimen_us, received_us, status, body) \
             values ($1, $2, $3, $4, $5, $6, $7)",
            vec![
                row.patient_key.as_str().into(),
                row.analyte.as_str().into(),
                row.code.as_str().into(),
                optional_micros(row.specimen),
                micros(row.received),
                row.status.as_str().into(),
                row.body.as_str().into(),
            ],
        ),
        Change::MoveLaboratory { from, to } => (
            "update laboratory set patient_key = $2 where patient_key = $1",
            vec![from.into(), to.into()],
        ),
        Change::FileStudy { study_uid, case_id } => (
            "update object set case_id = $2 where study_uid = $1 and case_id = ''",
            vec![study_uid.into(), case_id.into()],
        ),
        Change::UnfileStudy { study_uid, case_id } => (
            "update object set case_id = '' where study_uid = $1 and case_id = $2",
            vec![study_uid.into(), case_id.into()],
        ),
        Change::FileObject {
            sop_instance_uid,
            case_id,
        } => (
            "update object set case_id = $2 where sop_instance_uid = $1",
            vec![sop_instance_uid.into(), case_id.into()],
        ),
        Change::PutPlan(row) => (
            "insert into plan (case_id, case_version, computed_us, knowledge_version, body) \
             values ($1, $2, $3, $4, $5) on conflict (case_id, computed_us) do update set \
             case_version = excluded.case_version, body = excluded.body",
            vec![
                row.case_id.as_str().into(),
                row.case_version.into(),
                micros(row.computed),
                row.knowledge_version.as_str().into(),
                row.body.as_str().into(),
            ],
        ),
        _ => ("select 1", vec![]),
    }
}

fn of_messages_and_tasks(change: &Change) -> (&'static str, Vec<Value>) {
    match change {
        Change::Quarantine(row) => (
            "insert into quarantine (kind, sender, message_type, place, reason, object_key, received_us, \
             resolved_us, resolved_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            vec![
                row.kind.as_str().into(),
                row.sender.as_str().into(),
                row.message_type.as_str().into(),
                row.place.as_str().into(),
                row.reason.as_str().into(),
                row.object_key.as_str().into(),
                micros(row.received),
                optional_micros(row.resolved),
                row.resolved_by.as_str().into(),
            ],
        ),
        Change::ResolveQuarantine { entry, at, by } => (
            "update quarantine set resolved_us = $2, resolved_by = $3 where entry = $1",
            vec![(*entry).into(), micros(*at), by.into()],
        ),
        Change::Send(row) => (
            "insert into outbox (kind, subject, body, due_us, attempts, done_us, failure) \
             values ($1, $2, $3, $4, $5, $6, $7)",
            vec![
                row.kind.as_str().into(),
                row.subject.as_str().into(),
                row.body.as_str().into(),
                micros(row.due),
                row.attempts.into(),
                optional_micros(row.done),
                row.failure.as_str().into(),
            ],
        ),
        Change::Sent { entry, at } => (
            "update outbox set done_us = $2, attempts = attempts + 1 where entry = $1",
            vec![(*entry).into(), micros(*at)],
        ),
        Change::Withdraw { subject, at, why } => (
            "update outbox set done_us = $2, failure = $3 where subject = $1 and done_us is null",
            vec![subject.into(), micros(*at), why.into()],
        ),
        Change::SendFailed {
            entry,
            failure,
            next,
        } => (
            "update outbox set failure = $2, due_us = $3, attempts = attempts + 1 where entry = $1",
            vec![(*entry).into(), failure.into(), micros(*next)],
        ),
        Change::Audit(row) => (
            "insert into audit (at_us, actor, role, action, patient_key, case_id, detail) \
             values ($1, $2, $3, $4, $5, $6, $7)",
            vec![
                micros(row.at),
                row.actor.as_str().into(),
                row.role.as_str().into(),
                row.action.as_str().into(),
                row.patient_key.as_str().into(),
                row.case_id.as_str().into(),
                row.detail.as_str().into(),
            ],
        ),
        Change::PutTask(row) => (
            "insert into task (task_id, kind, case_id, patient_key, words, owner, due_us, opened_us, \
             done_us, done_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
             on conflict (task_id) do update set words = excluded.words, owner = excluded.owner, \
             due_us = excluded.due_us, done_us = excluded.done_us, done_by = excluded.done_by, \
             case_id = excluded.case_id, patient_key = excluded.patient_key",
            vec![
                row.task_id.as_str().into(),
                row.kind.as_str().into(),
                row.case_id.as_str().into(),
                row.patient_key.as_str().into(),
                row.words.as_str().into(),
                row.owner.as_str().into(),
                optional_micros(row.due),
                micros(row.opened),
                optional_micros(row.done),
                row.done_by.as_str().into(),
            ],
        ),
        Change::CloseTask { task_id, at, by } => (
            "update task set done_us = $2, done_by = $3 where task_id = $1 and done_us is null",
            vec![task_id.into(), micros(*at), by.into()],
        ),
        Change::CloseTasksOfKind {
            case_id,
            kind,
            at,
            by,
        } => (
            "update task set done_us = $3, done_by = $4 \
             where case_id = $1 and kind = $2 and done_us is null",
            vec![case_id.into(), kind.into(), micros(*at), by.into()],
        ),
        _ => ("select 1", vec![]),
    }
}

fn of_access(change: &Change) -> (&'static str, Vec<Value>) {
    match change {
        Change::PutAccount(row) => (
            "insert into account (name, display_name, password_hash, roles, disabled, created_us) \
             values ($1, $2, $3, $4, $5, $6) on conflict (name) do update set \
             display_name = excluded.display_name, password_hash = excluded.password_hash, \
             roles = excluded.roles, disabled = excluded.disabled",
            vec![
                row.name.as_str().into(),
                row.display_name.as_str().into(),
                row.password_hash.as_str().into(),
                row.roles.as_str().into(),
                i64::from(row.disabled).into(),
                micros(row.created),
            ],
        ),
        Change::PutSession(row) => (
            "insert into session (token_sha256, account, role, csrf, created_us, seen_us, expires_us) \
             values ($1, $2, $3, $4, $5, $6, $7) on conflict (token_sha256) do update set \
             role = excluded.role, seen_us = excluded.seen_us, expires_us = excluded.expires_us",
            vec![
                row.token_sha256.as_str().into(),
                row.account.as_str().into(),
                row.role.as_str().into(),
                row.csrf.as_str().into(),
                micros(row.created),
                micros(row.seen),
                micros(row.expires),
            ],
        ),
        Change::TouchSession {
            token_sha256,
            seen,
            expires,
        } => (
            "update session set seen_us = $2, expires_us = $3 where token_sha256 = $1",
            vec![token_sha256.into(), micros(*seen), micros(*expires)],
        ),
        Change::EndSession { token_sha256 } => (
            "delete from session where token_sha256 = $1",
            vec![token_sha256.into()],
        ),
        Change::EndSessionsOf { account } => (
            "delete from session where account = $1",
            vec![account.into()],
        ),
        Change::PutMachineToken(row) => (
            "insert into machine_token (token_sha256, name, scope, created_us, revoked_us) \
             values ($1, $2, $3, $4, $5) on conflict (token_sha256) do update set \
             revoked_us = excluded.revoked_us",
            vec![
                row.token_sha256.as_str().into(),
                row.name.as_str().into(),
                row.scope.as_str().into(),
                micros(row.created),
                optional_micros(row.revoked),
            ],
        ),
        Change::PutPatientCode(row) => (
            "insert into patient_code (code_sha256, case_id, patient_key, created_us, expires_us, failures, uses) \
             values ($1, $2, $3, $4, $5, $6, $7) on conflict (code_sha256) do update set \
             expires_us = excluded.expires_us, failures = excluded.failures, uses = excluded.uses",
            vec![
                row.code_sha256.as_str().into(),
                row.case_id.as_str().into(),
                row.patient_key.as_str().into(),
                micros(row.created),
                micros(row.expires),
                row.failures.into(),
                row.uses.into(),
            ],
        ),
        Change::EndPatientCodes { patient_key } => (
            "delete from patient_code where patient_key = $1",
            vec![patient_key.into()],
        ),
        Change::PutThrottle(row) => (
            "insert into throttle (subject, failures, until_us) values ($1, $2, $3) \
             on conflict (subject) do update set failures = excluded.failures, \
             until_us = excluded.until_us",
            vec![
                row.subject.as_str().into(),
                row.failures.into(),
                micros(row.until),
            ],
        ),
        Change::ClearThrottle { subject } => (
            "delete from throttle where subject = $1",
            vec![subject.into()],
        ),
        Change::PutFact { name, value } => (
            "insert into fact (name, value) values ($1, $2) \
             on conflict (name) do update set value = excluded.value",
            vec![name.into(), value.into()],
        ),
        _ => ("select 1", vec![]),
    }
}

/// Appends when the stream stands where the decision was made; the key (stream, version) holds the line
/// against a second writer that read the same state.
async fn append(
    db: &DatabaseTransaction,
    stream: &Stream,
    expected: i64,
    events: &[NewEvent],
) -> Result<(), CommitError> {
    let key = stream.key();
    let stale = || CommitError::Stale {
        stream: stream.key(),
        expected,
    };
    let standing: i64 = db
        .query_one_raw(statement(
            db.get_database_backend(),
            "select coalesce(max(version), 0) as version from event where stream = $1",
            vec![key.as_str().into()],
        ))
        .await?
        .map_or(Ok(0), |row| row.try_get("", "version"))?;
    if standing != expected {
        return Err(stale());
    }
    for (event, version) in events.iter().zip(expected + 1..) {
        let written = run(
            db,
            "insert into event (stream, version, at_us, actor, role, kind, body) \
             values ($1, $2, $3, $4, $5, $6, $7) on conflict (stream, version) do nothing",
            vec![
                key.as_str().into(),
                version.into(),
                micros(event.at),
                event.actor.as_str().into(),
                event.role.as_str().into(),
                event.kind.as_str().into(),
                event.body.as_str().into(),
            ],
        )
        .await?;
        if written == 0 {
            return Err(stale());
        }
    }
    Ok(())
}

async fn claim_identifier(
    db: &DatabaseTransaction,
    issuer: &str,
    value: &str,
    patient_key: &str,
) -> Result<(), CommitError> {
    run(
        db,
        "insert into patient_identifier (issuer, value, patient_key) values ($1, $2, $3) \
         on conflict (issuer, value) do nothing",
        vec![issuer.into(), value.into(), patient_key.into()],
    )
    .await?;
    let holder = db
        .query_one_raw(statement(
            db.get_database_backend(),
            "select patient_key as holder from patient_identifier where issuer = $1 and value = $2",
            vec![issuer.into(), value.into()],
        ))
        .await?;
    must_hold(holder, patient_key, "identifier")
}

async fn claim(db: &DatabaseTransaction, what: &str, by: &str) -> Result<(), CommitError> {
    run(
        db,
        "insert into fact (name, value) values ($1, $2) on conflict (name) do nothing",
        vec![what.into(), by.into()],
    )
    .await?;
    let holder = db
        .query_one_raw(statement(
            db.get_database_backend(),
            "select value as holder from fact where name = $1",
            vec![what.into()],
        ))
        .await?;
    must_hold(holder, by, "claim")
}

/// Who lost the race decides again on what is there now.
fn must_hold(holder: Option<QueryResult>, by: &str, what: &str) -> Result<(), CommitError> {
    let holder: Option<String> = holder.map(|row| row.try_get("", "holder")).transpose()?;
    if holder.as_deref() == Some(by) {
        Ok(())
    } else {
        Err(CommitError::Stale {
            stream: what.to_owned(),
            expected: 0,
        })
    }
}

async fn take_in(db: &DatabaseTransaction, row: &InboxRow) -> Result<(), CommitError> {
    let written = run(
        db,
        "insert into inbox (sender, message_id, sha256, outcome, reason, reply, received_us, object_key) \
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (sender, message_id) do nothing",
        vec![
            row.sender.as_str().into(),
            row.message_id.as_str().into(),
            row.sha256.as_str().into(),
            row.outcome.as_str().into(),
            row.reason.as_str().into(),
            row.reply.as_str().into(),
            micros(row.received),
            row.object_key.as_str().into(),
        ],
    )
    .await?;
    if written == 0 {
        return Err(CommitError::Duplicate {
            sender: row.sender.clone(),
            message_id: row.message_id.clone(),
        });
    }
    Ok(())
}

async fn put_patient(db: &DatabaseTransaction, row: &PatientRow) -> Result<(), CommitError> {
    run(
        db,
        "insert into patient (patient_key, version, family, given, family_folded, birth_date, sex, \
         deceased, restricted, merged_into, body) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
         on conflict (patient_key) do update set version = excluded.version, family = excluded.family, \
         given = excluded.given, family_folded = excluded.family_folded, \
         birth_date = excluded.birth_date, sex = excluded.sex, deceased = excluded.deceased, \
         restricted = excluded.restricted, merged_into = excluded.merged_into, body = excluded.body",
        vec![
            row.patient_key.as_str().into(),
            row.version.into(),
            row.family.as_str().into(),
            row.given.as_str().into(),
            folded(&row.family).into(),
            row.birth_date.as_str().into(),
            row.sex.as_str().into(),
            i64::from(row.deceased).into(),
            i64::from(row.restricted).into(),
            row.merged_into.clone().into(),
            row.body.as_str().into(),
        ],
    )
    .await?;
    Ok(())
}

async fn put_worklist(
    db: &DatabaseTransaction,
    case_id: &str,
    steps: &[WorklistRow],
) -> Result<(), CommitError> {
    run(
        db,
        "delete from worklist_step where case_id = $1",
        vec![case_id.into()],
    )
    .await?;
    for step in steps {
        run(
            db,
            "insert into worklist_step (case_id, step, patient_key, accession_number, study_uid, \
             station_ae, modality, start_us, body) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            vec![
                step.case_id.as_str().into(),
                step.step.as_str().into(),
                step.patient_key.as_str().into(),
                step.accession_number.as_str().into(),
                step.study_uid.as_str().into(),
                step.station_ae.as_str().into(),
                step.modality.as_str().into(),
                micros(step.start),
                step.body.as_str().into(),
            ],
        )
        .await?;
    }
    Ok(())
}

async fn add_object(db: &DatabaseTransaction, row: &ObjectRow) -> Result<(), CommitError> {
    run(
        db,
        "insert into object (sop_instance_uid, sha256, sop_class_uid, study_uid, series_uid, \
         transfer_syntax, bytes, received_us, sender, case_id, kind, body) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
         on conflict (sop_instance_uid, sha256) do nothing",
        vec![
            row.sop_instance_uid.as_str().into(),
            row.sha256.as_str().into(),
            row.sop_class_uid.as_str().into(),
            row.study_uid.as_str().into(),
            row.series_uid.as_str().into(),
            row.transfer_syntax.as_str().into(),
            row.bytes.into(),
            micros(row.received),
            row.sender.as_str().into(),
            row.case_id.as_str().into(),
            row.kind.as_str().into(),
            row.body.as_str().into(),
        ],
    )
    .await?;
    Ok(())
}
