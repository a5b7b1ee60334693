-- {serial}: an ever-growing whole number made by the database; {blob}: bytes. Instants are microseconds since 1970 UTC.

create table event (
  position {serial},
  stream text not null,
  version bigint not null,
  at_us bigint not null,
  actor text not null,
  role text not null,
  kind text not null,
  body text not null,
  unique (stream, version)
);

create table patient (
  patient_key text primary key,
  version bigint not null,
  family text not null,
  given text not null,
  family_folded text not null,
  birth_date text not null,
  sex text not null,
  deceased bigint not null,
  restricted bigint not null,
  merged_into text,
  body text not null
);
create index patient_by_name on patient (family_folded);

create table patient_identifier (
  issuer text not null,
  value text not null,
  patient_key text not null,
  primary key (issuer, value)
);
create index patient_identifier_by_patient on patient_identifier (patient_key);

create table case_row (
  case_id text primary key,
  patient_key text not null,
  version bigint not null,
  state text not null,
  start_us bigint,
  room text not null,
  gate_now text not null,
  gate_if_completed text not null,
  closed_us bigint,
  changed_us bigint not null,
  body text not null
);
create index case_by_start on case_row (start_us);
create index case_by_patient on case_row (patient_key);
create index case_by_state on case_row (state);

create table case_key (
  kind text not null,
  value text not null,
  case_id text not null,
  primary key (kind, value, case_id)
);
create index case_key_by_case on case_key (case_id);

create table worklist_step (
  case_id text not null,
  step text not null,
  patient_key text not null,
  accession_number text not null,
  study_uid text not null,
  station_ae text not null,
  modality text not null,
  start_us bigint not null,
  body text not null,
  primary key (case_id, step)
);
create index worklist_by_start on worklist_step (start_us);

create table laboratory (
  entry {serial},
  patient_key text not null,
  analyte text not null,
  code text not null,
  specimen_us bigint,
  received_us bigint not null,
  status text not null,
  body text not null
);
create index laboratory_by_patient on laboratory (patient_key, analyte);

create table inbox (
  sender text not null,
  message_id text not null,
  sha256 text not null,
  outcome text not null,
  reason text not null,
  reply text not null,
  received_us bigint not null,
  object_key text not null,
  primary key (sender, message_id)
);

create table quarantine (
  entry {serial},
  kind text not null,
  sender text not null,
  message_type text not null,
  place text not null,
  reason text not null,
  object_key text not null,
  received_us bigint not null,
  resolved_us bigint,
  resolved_by text not null
);

create table object (
  sop_instance_uid text not null,
  sha256 text not null,
  sop_class_uid text not null,
  study_uid text not null,
  series_uid text not null,
  transfer_syntax text not null,
  bytes bigint not null,
  received_us bigint not null,
  sender text not null,
  case_id text not null,
  kind text not null,
  body text not null,
  primary key (sop_instance_uid, sha256)
);
create index object_by_study on object (study_uid);
create index object_by_case on object (case_id);

create table outbox (
  entry {serial},
  kind text not null,
  subject text not null,
  body text not null,
  due_us bigint not null,
  attempts bigint not null,
  done_us bigint,
  failure text not null
);

create table audit (
  entry {serial},
  at_us bigint not null,
  actor text not null,
  role text not null,
  action text not null,
  patient_key text not null,
  case_id text not null,
  detail text not null
);
create index audit_by_time on audit (at_us);

create table task (
  task_id text primary key,
  kind text not null,
  case_id text not null,
  patient_key text not null,
  words text not null,
  owner text not null,
  due_us bigint,
  opened_us bigint not null,
  done_us bigint,
  done_by text not null
);
create index task_open on task (done_us, due_us);
create index task_by_case on task (case_id);

create table plan (
  case_id text not null,
  case_version bigint not null,
  computed_us bigint not null,
  knowledge_version text not null,
  body text not null,
  primary key (case_id, computed_us)
);

create table account (
  name text primary key,
  display_name text not null,
  password_hash text not null,
  roles text not null,
  disabled bigint not null,
  created_us bigint not null
);

create table session (
  token_sha256 text primary key,
  account text not null,
  role text not null,
  csrf text not null,
  created_us bigint not null,
  seen_us bigint not null,
  expires_us bigint not null
);

create table machine_token (
  token_sha256 text primary key,
  name text not null,
  scope text not null,
  created_us bigint not null,
  revoked_us bigint
);

create table patient_code (
  code_sha256 text primary key,
  case_id text not null,
  patient_key text not null,
  created_us bigint not null,
  expires_us bigint not null,
  failures bigint not null
);

create table throttle (
  subject text primary key,
  failures bigint not null,
  until_us bigint not null
);

create table fact (
  name text primary key,
  value text not null
);

create table counter (
  name text primary key,
  value bigint not null
);
