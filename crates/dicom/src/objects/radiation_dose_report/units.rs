//! Units as makers write them, each as an exact ratio to ours. An unknown unit is never guessed.

/// What a concept is measured in, and so which spellings are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// Gray.
    Kerma,
    /// Gy·m².
    KermaArea,
    /// Milligray (glandular dose, CTDI).
    MilliKerma,
    /// mGy·cm.
    DoseLength,
    /// Seconds.
    Time,
    /// Millimetres.
    Length,
    /// Square metres.
    Area,
    /// Degrees.
    Angle,
    /// Kilovolt.
    Voltage,
    /// A plain count.
    Count,
}

/// Our value = stated value × `times` / `over`; both are exact, so the result is correctly rounded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    pub times: f64,
    pub over: f64,
}

const fn ratio(times: f64, over: f64) -> Ratio {
    Ratio { times, over }
}

/// (unit without dots, spaces and carets; ratio). `Gym2` of Siemens and `Gy.m2` are the same after folding.
fn table(quantity: Quantity) -> &'static [(&'static str, Ratio)] {
    match quantity {
        Quantity::Kerma => {
            const {
                &[
                    ("Gy", ratio(1.0, 1.0)),
                    ("dGy", ratio(1.0, 10.0)),
                    ("cGy", ratio(1.0, 100.0)),
                    ("mGy", ratio(1.0, 1e3)),
                    ("uGy", ratio(1.0, 1e6)),
                ]
            }
        }
        Quantity::KermaArea => {
            const {
                &[
                    ("Gym2", ratio(1.0, 1.0)),
                    ("mGym2", ratio(1.0, 1e3)),
                    ("uGym2", ratio(1.0, 1e6)),
                    ("Gycm2", ratio(1.0, 1e4)),
                    ("dGycm2", ratio(1.0, 1e5)),
                    ("cGycm2", ratio(1.0, 1e6)),
                    ("mGycm2", ratio(1.0, 1e7)),
                    ("uGycm2", ratio(1.0, 1e10)),
                ]
            }
        }
        Quantity::MilliKerma => {
            const {
                &[
                    ("mGy", ratio(1.0, 1.0)),
                    ("cGy", ratio(10.0, 1.0)),
                    ("dGy", ratio(100.0, 1.0)),
                    ("Gy", ratio(1e3, 1.0)),
                    ("uGy", ratio(1.0, 1e3)),
                ]
            }
        }
        Quantity::DoseLength => {
            const {
                &[
                    ("mGycm", ratio(1.0, 1.0)),
                    ("Gycm", ratio(1e3, 1.0)),
                    ("mGym", ratio(100.0, 1.0)),
                    ("mGymm", ratio(1.0, 10.0)),
                ]
            }
        }
        Quantity::Time => {
            const {
                &[
                    ("s", ratio(1.0, 1.0)),
                    ("ms", ratio(1.0, 1e3)),
                    ("us", ratio(1.0, 1e6)),
                    ("min", ratio(60.0, 1.0)),
                    ("h", ratio(3600.0, 1.0)),
                ]
            }
        }
        Quantity::Length => {
            const {
                &[
                    ("mm", ratio(1.0, 1.0)),
                    ("cm", ratio(10.0, 1.0)),
                    ("m", ratio(1e3, 1.0)),
                    ("um", ratio(1.0, 1e3)),
                ]
            }
        }
        Quantity::Area => {
            const {
                &[
                    ("m2", ratio(1.0, 1.0)),
                    ("cm2", ratio(1.0, 1e4)),
                    ("mm2", ratio(1.0, 1e6)),
                ]
            }
        }
        Quantity::Angle => {
            const {
                &[
                    ("deg", ratio(1.0, 1.0)),
                    ("rad", ratio(180.0, std::f64::consts::PI)),
                ]
            }
        }
        Quantity::Voltage => const { &[("kV", ratio(1.0, 1.0)), ("V", ratio(1.0, 1e3))] },
        Quantity::Count => {
            const {
                &[
                    ("1", ratio(1.0, 1.0)),
                    ("{events}", ratio(1.0, 1.0)),
                    ("{event}", ratio(1.0, 1.0)),
                    ("{frames}", ratio(1.0, 1.0)),
                    ("{pulses}", ratio(1.0, 1.0)),
                ]
            }
        }
    }
}

/// The ratio of a UCUM code or one of its misspellings; `None` when the unit is not known here.
pub fn lookup(quantity: Quantity, unit: &str) -> Option<Ratio> {
    let folded: String = unit
        .chars()
        .filter(|c| !matches!(c, '.' | ' ' | '^' | '*' | '·'))
        .map(|c| match c {
            'µ' | 'μ' => 'u',
            '²' => '2',
            other => other,
        })
        .collect();
    table(quantity)
        .iter()
        .find(|(name, _)| *name == folded)
        .map(|(_, ratio)| *ratio)
}

/// A decimal string as DICOM writes it, with the size of its last printed digit.
///
/// Refuses what is no finite number. A decimal comma is read as a point (some makers print with the locale).
pub fn decimal(text: &str) -> Option<(f64, f64)> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    let fixed;
    let text = if !text.contains('.') && text.matches(',').count() == 1 {
        fixed = text.replace(',', ".");
        fixed.as_str()
    } else {
        text
    };
    if !text
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'))
    {
        return None;
    }
    let value: f64 = text.parse().ok()?;
    if !value.is_finite() {
        return None;
    }
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let places = mantissa
        .split_once('.')
        .map_or(0, |(_, fraction)| fraction.len());
    let power = exponent.parse::<i32>().ok()? - i32::try_from(places).ok()?;
    Some((value, 10f64.powi(power)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_product_in_every_unit() {
        let gy_m2 = |value: f64, unit| {
            let r = lookup(Quantity::KermaArea, unit).unwrap();
            value * r.times / r.over
        };
        assert_eq!(gy_m2(0.2359, "Gy.cm^2"), 2.359e-5);
        assert_eq!(gy_m2(1.6e-5, "Gym2"), 1.6e-5);
        assert_eq!(gy_m2(2.359, "dGy.cm2"), 2.359e-5);
        assert_eq!(gy_m2(23.59, "cGy.cm2"), 2.359e-5);
        assert_eq!(gy_m2(23.59, "µGy.m2"), 2.359e-5);
        assert_eq!(gy_m2(235.9, "mGy.cm2"), 2.359e-5);
        assert_eq!(lookup(Quantity::KermaArea, "R.cm2"), None);
        assert_eq!(lookup(Quantity::Kerma, "Gy.m2"), None);
    }

    #[test]
    fn decimals_keep_their_resolution() {
        assert_eq!(decimal("1.6e-005"), Some((1.6e-5, 1e-6)));
        assert_eq!(decimal(" 28 "), Some((28.0, 1.0)));
        assert_eq!(decimal("0,5"), Some((0.5, 0.1)));
        for bad in ["", "nan", "inf", "1e999", "1/2", "12 34", "1,2,3", "--1"] {
            assert_eq!(decimal(bad), None, "{bad}");
        }
    }
}
