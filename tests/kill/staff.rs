//! A coordinator at work: makes a case by hand, writes down an allergy, returns the order, cancels the case.

use super::load::Board;
use super::record::{ByHand, Form, Piece};
use interoperability::staff::{Staff, said};

/// Works until the program is gone; gives the session back, which the next run of the program has to know.
pub fn works(board: &Board, mut staff: Staff, round: u64) -> Staff {
    for number in 0_usize.. {
        if board.is_over() || !one_case(board, &mut staff, &format!("{round}.{number}")) {
            break;
        }
    }
    staff
}

/// False when nothing more can be sent.
fn one_case(board: &Board, staff: &mut Staff, key: &str) -> bool {
    let hospital_number = format!("HAND{key}");
    let made = Piece::NewCase(ByHand {
        hospital_number: hospital_number.clone(),
    });
    let mut case = String::new();
    let went_on = board.send(made, || {
        let answer = staff.fill_in(
            "/new-case",
            &[
                ("whom", "new"),
                ("family", "Testkill"),
                ("given", key),
                ("birth", "1950-03-04"),
                ("sex", "F"),
                ("patient_number", &hospital_number),
                ("procedure", "kidney_native_biopsy"),
                ("side", "not_applicable"),
                ("urgency", "elective"),
                ("indication", "lesion"),
            ],
        )?;
        match answer
            .header("location")
            .and_then(|to| to.strip_prefix("/cases/"))
        {
            Some(id) if answer.status == 303 => id.clone_into(&mut case),
            _ => return Ok(Some(said(&answer))),
        }
        Ok(None)
    });
    if !went_on {
        return false;
    }
    let words = |what: &str| format!("{what} {key} of the kill test");
    let allergy = words("pollen");
    let missing = words("missing");
    let cancelled = words("cancelled");
    type Fields<'a> = Vec<(&'a str, &'a str)>;
    let forms: [(&str, &'static str, &str, Fields<'_>); 3] = [
        (
            "facts",
            "patient",
            &allergy,
            vec![("what", "allergy"), ("substance", &allergy)],
        ),
        (
            "do/return_to_referrer",
            "returned_to_referrer",
            &missing,
            vec![("missing", &missing)],
        ),
        (
            "do/cancel",
            "cancelled",
            &cancelled,
            vec![
                ("reason", "no_show"),
                ("words", &cancelled),
                ("rebook", "no"),
            ],
        ),
    ];
    for (form, event, words, fields) in forms {
        let piece = Piece::Form(Form {
            case: case.clone(),
            event,
            words: words.to_owned(),
        });
        let path = format!("/cases/{case}/{form}");
        let went_on = board.send(piece, || {
            let answer = staff.fill_in(&path, &fields)?;
            Ok((answer.status != 303).then(|| said(&answer)))
        });
        if !went_on {
            return false;
        }
    }
    true
}
