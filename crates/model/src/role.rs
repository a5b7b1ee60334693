//! Who acts. One person may hold several roles and acts in one at a time.

use crate::place::coded;

coded!(
/// The roles of the access table; codes as on the command line.
Role {
    Coordinator = "coordinator", IrNurse = "ir_nurse", WardNurse = "ward_nurse",
    Radiographer = "radiographer", Radiologist = "radiologist", Anaesthetist = "anaesthetist",
    Physicist = "physicist", Referrer = "referrer", Observer = "observer",
    Administrator = "administrator",
});
