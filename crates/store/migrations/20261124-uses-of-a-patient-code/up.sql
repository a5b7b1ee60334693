-- How often a patient's code has opened the page: it ends after so many.
alter table patient_code add column uses bigint not null default 0;
