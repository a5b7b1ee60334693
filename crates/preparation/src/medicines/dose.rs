//! Reading the free text of a dose, only as far as a rule needs it. What cannot be read is the larger dose.

use super::recognise::Listed;
use super::schedule::Schedule;
use knowledge::medicine::{DoseLevel, Medicine, Route};
use model::Kilogram;

/// Prophylactic only when the file has a cut-off and every dose is readable and below it.
pub(crate) fn level(listed: &Listed, medicine: &Medicine, weight: Option<Kilogram>) -> DoseLevel {
    let Some(cutoff) = &medicine.prophylactic_dose else {
        return DoseLevel::Treatment;
    };
    let amounts: Option<Vec<f64>> = listed
        .doses
        .iter()
        .map(|dose| amount(dose, &cutoff.unit))
        .collect();
    let (Some(amounts), Schedule::Clock(times)) = (amounts, &listed.schedule) else {
        return DoseLevel::Treatment;
    };
    let Some(largest) = amounts.iter().copied().reduce(f64::max) else {
        return DoseLevel::Treatment;
    };
    let per_day = u8::try_from(times.len()).unwrap_or(u8::MAX);
    let small = largest <= cutoff.amount_max && per_day <= cutoff.per_day_max;
    let light = cutoff
        .mg_per_kg_day_max
        .zip(weight)
        .is_some_and(|(most, weight)| largest * f64::from(per_day) <= most * weight.0);
    if small || light {
        DoseLevel::Prophylactic
    } else {
        DoseLevel::Treatment
    }
}

/// Infusion when the times or the dose say so.
pub(crate) fn route(listed: &Listed) -> Route {
    let words = ["infusion", "/h", "drip", "u/kg/h"];
    let said = listed
        .doses
        .iter()
        .any(|dose| words.iter().any(|word| dose.to_lowercase().contains(word)));
    if listed.schedule == Schedule::Continuous || said {
        Route::Infusion
    } else {
        Route::Injection
    }
}

/// The one amount in this unit that a dose text names; `None` when there is none, or anything is ambiguous.
pub(crate) fn amount(dose: &str, unit: &str) -> Option<f64> {
    let accepted: &[&str] = match unit {
        "mg" => &["mg"],
        "[iU]" => &["iu", "ie", "u", "unit", "units", "anti-xa"],
        _ => return None,
    };
    let counts_units = unit == "[iU]";
    let lower = dose.to_lowercase();
    let tokens = tokens(&lower);
    let mut numbers = tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| starts_with_digit(token));
    let (at, first) = numbers.next()?;
    // "2 x 40 mg", "40-60 mg", "14 000 IU" and "1 mg/kg" must not be read as less than they are.
    if tokens.iter().any(|token| {
        *token == "x" || token.contains("kg") || token.contains('-') && token != &"anti-xa"
    }) {
        return None;
    }
    let mut digits = (*first).to_owned();
    let mut next = at + 1;
    while let Some(more) = tokens.get(next).filter(|token| starts_with_digit(token)) {
        if !counts_units || more.len() != 3 {
            return None;
        }
        digits.push_str(more);
        next += 1;
    }
    if numbers.any(|(other, _)| other >= next) {
        return None;
    }
    let unit_fits = tokens
        .get(next)
        .is_some_and(|token| accepted.contains(token));
    unit_fits.then(|| number(&digits, counts_units)).flatten()
}

fn starts_with_digit(token: &str) -> bool {
    token
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_digit())
}

/// Words and numbers; a number is split from letters that follow it at once ("40mg").
fn tokens(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    for word in text.split_whitespace() {
        let digits = word
            .bytes()
            .take_while(|byte| byte.is_ascii_digit() || *byte == b'.' || *byte == b',')
            .count();
        let (number, rest) = word.split_at(digits);
        for part in [number, rest] {
            if !part.is_empty() {
                out.push(part);
            }
        }
    }
    out
}

/// A number with a decimal point or comma; three digits behind one are thousands for units and unreadable else.
fn number(digits: &str, counts_units: bool) -> Option<f64> {
    let plain = match digits.split_once(['.', ',']) {
        None => digits.to_owned(),
        Some((_, tail)) if tail.len() == 3 && !counts_units => return None,
        Some((head, tail)) if tail.len() == 3 => format!("{head}{tail}"),
        Some((head, tail)) => format!("{head}.{tail}"),
    };
    plain
        .parse()
        .ok()
        .filter(|value: &f64| value.is_finite() && *value > 0.0)
}

#[cfg(test)]
mod tests {
    use super::amount;

    #[test]
    fn plain_doses_are_read() {
        assert_eq!(amount("40 mg sc", "mg"), Some(40.0));
        assert_eq!(amount("40mg", "mg"), Some(40.0));
        assert_eq!(amount("0,4 mg", "mg"), Some(0.4));
        assert_eq!(amount("4500 IU", "[iU]"), Some(4500.0));
        assert_eq!(amount("4 500 anti-Xa IU", "[iU]"), Some(4500.0));
        assert_eq!(amount("14.000 IU", "[iU]"), Some(14000.0));
        assert_eq!(amount("40 U", "[iU]"), Some(40.0));
    }

    #[test]
    fn what_could_be_more_is_not_read() {
        for dose in [
            "1 mg/kg",
            "2 x 40 mg",
            "40-60 mg",
            "0.4 mL",
            "one syringe",
            "",
            "175 IU/kg",
            "1.500 mg",
            "40 mg + 40 mg",
            "1 mg per kg",
            "40 mg x twice",
            "40 mg 2-3 times",
        ] {
            assert_eq!(amount(dose, "mg"), None, "{dose}");
        }
        assert_eq!(amount("175 IU/kg", "[iU]"), None);
    }
}
