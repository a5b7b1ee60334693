//! Patients, their identifiers and laboratory values.

use super::{Query, QueryError, at, maybe_at, yes};
use crate::rows::{LaboratoryRow, PatientRow};
use crate::sql::folded;
use sea_orm::{DbErr, QueryResult};

/// The patient's columns beside those of another table.
pub(super) const AS_PARTNER: &str = "patient.patient_key as p_key, patient.version as p_version, \
    patient.family as p_family, patient.given as p_given, patient.birth_date as p_birth_date, \
    patient.sex as p_sex, patient.deceased as p_deceased, patient.restricted as p_restricted, \
    patient.merged_into as p_merged_into, patient.body as p_body";

pub(super) fn as_partner(row: &QueryResult) -> Result<PatientRow, DbErr> {
    Ok(PatientRow {
        patient_key: row.try_get("", "p_key")?,
        version: row.try_get("", "p_version")?,
        family: row.try_get("", "p_family")?,
        given: row.try_get("", "p_given")?,
        birth_date: row.try_get("", "p_birth_date")?,
        sex: row.try_get("", "p_sex")?,
        deceased: yes(row, "p_deceased")?,
        restricted: yes(row, "p_restricted")?,
        merged_into: row.try_get("", "p_merged_into")?,
        body: row.try_get("", "p_body")?,
    })
}

fn laboratory_row(row: &QueryResult) -> Result<LaboratoryRow, DbErr> {
    Ok(LaboratoryRow {
        patient_key: row.try_get("", "patient_key")?,
        analyte: row.try_get("", "analyte")?,
        code: row.try_get("", "code")?,
        specimen: maybe_at(row, "specimen_us")?,
        received: at(row, "received_us")?,
        status: row.try_get("", "status")?,
        body: row.try_get("", "body")?,
    })
}

impl Query {
    pub async fn patient(&self, patient_key: &str) -> Result<Option<PatientRow>, QueryError> {
        let text = format!("select {AS_PARTNER} from patient where patient_key = $1");
        self.one(&text, vec![patient_key.into()], as_partner).await
    }

    pub async fn patient_by_identifier(
        &self,
        issuer: &str,
        value: &str,
    ) -> Result<Option<PatientRow>, QueryError> {
        let text = format!(
            "select {AS_PARTNER} from patient join patient_identifier \
             on patient_identifier.patient_key = patient.patient_key \
             where patient_identifier.issuer = $1 and patient_identifier.value = $2"
        );
        self.one(&text, vec![issuer.into(), value.into()], as_partner)
            .await
    }

    /// Identifiers of a patient as (issuer, value), in order.
    pub async fn identifiers(
        &self,
        patient_key: &str,
    ) -> Result<Vec<(String, String)>, QueryError> {
        self.all(
            "select issuer, value from patient_identifier where patient_key = $1 order by issuer, value",
            vec![patient_key.into()],
            |row| Ok((row.try_get("", "issuer")?, row.try_get("", "value")?)),
        )
        .await
    }

    /// Patients whose family name, folded, begins like this one, or who were born on this ISO day; merged ones
    /// are left out. For showing look-alikes; at most 50.
    pub async fn look_alikes(
        &self,
        family: &str,
        birth_date: &str,
    ) -> Result<Vec<PatientRow>, QueryError> {
        let text = format!(
            "select {AS_PARTNER} from patient where merged_into is null and \
             (($1 <> '' and family_folded like $1 || '%') or ($2 <> '' and birth_date = $2)) \
             order by family_folded, given, birth_date limit 50"
        );
        self.all(
            &text,
            vec![folded(family).into(), birth_date.into()],
            as_partner,
        )
        .await
    }

    /// Laboratory values, newest specimen first; those without a specimen time last.
    pub async fn laboratory(&self, patient_key: &str) -> Result<Vec<LaboratoryRow>, QueryError> {
        self.all(
            "select * from laboratory where patient_key = $1 \
             order by case when specimen_us is null then 1 else 0 end, specimen_us desc, entry desc",
            vec![patient_key.into()],
            laboratory_row,
        )
        .await
    }
}
