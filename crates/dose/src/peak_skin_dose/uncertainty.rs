//! The interval of a peak: independent parts added in quadrature, times k = 2.
//!
//! Parts are relative standard uncertainties and come from `knowledge/dose/uncertainty.toml`. Position counts
//! through the inverse square law, so it depends on how near the focus the peak lies.

use super::room::{Calibration, Share};
use crate::quantity::Millimetre;
use model::Gray;

/// The budget. Shares are relative standard uncertainties (k = 1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budget {
    /// Display tolerance of the kerma meter where nothing was measured here.
    pub kerma_display: Share,
    pub backscatter: Share,
    pub medium: Share,
    pub table: Share,
    /// Where the skin is against the isocentre.
    pub position: Millimetre,
    /// Shape of the body against the phantom's.
    pub phantom: Share,
    /// More when the field size was derived from the kerma-area product.
    pub field_derived: Share,
}

/// One line of the budget, for showing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    pub name: &'static str,
    pub share: Share,
}

/// Coverage factor of every interval.
pub const COVERAGE: f64 = 2.0;

/// The lines of the budget for a peak at a distance from the focus.
pub fn parts(
    budget: &Budget,
    calibration: Calibration,
    focus_to_peak: Millimetre,
    field_is_derived: bool,
) -> Vec<Part> {
    let kerma = match calibration {
        Calibration::None => budget.kerma_display,
        Calibration::Measured { uncertainty, .. } => uncertainty,
    };
    let position = 2.0 * budget.position.0 / focus_to_peak.0.max(1.0);
    let mut parts = vec![
        Part {
            name: "kerma_meter",
            share: kerma,
        },
        Part {
            name: "backscatter",
            share: budget.backscatter,
        },
        Part {
            name: "medium",
            share: budget.medium,
        },
        Part {
            name: "table_and_pad",
            share: budget.table,
        },
        Part {
            name: "position",
            share: Share(position),
        },
        Part {
            name: "phantom",
            share: budget.phantom,
        },
    ];
    if field_is_derived {
        parts.push(Part {
            name: "field_size",
            share: budget.field_derived,
        });
    }
    parts
}

/// Lower and upper end, k = 2, never below zero.
///
/// * `left_out` – reference air kerma that could not be mapped: it may all have met the same skin, so its
///   largest effect is added to the upper end.
pub fn interval(peak: Gray, parts: &[Part], left_out: Gray) -> [Gray; 2] {
    let variance: f64 = parts.iter().map(|p| p.share.0 * p.share.0).sum();
    let half = COVERAGE * variance.sqrt();
    // Backscatter times medium at most, no table, skin at the reference point.
    let worst = 1.66 * 1.08 * left_out.0;
    [
        Gray((peak.0 * (1.0 - half)).max(0.0)),
        Gray(peak.0 * (1.0 + half) + worst),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_in_quadrature_and_the_unmapped_widens_the_top() {
        let parts = [
            Part {
                name: "a",
                share: Share(0.03),
            },
            Part {
                name: "b",
                share: Share(0.04),
            },
        ];
        let [low, high] = interval(Gray(2.0), &parts, Gray(0.0));
        assert!((low.0 - 1.8).abs() < 1e-12 && (high.0 - 2.2).abs() < 1e-12);
        let [low_too, high_too] = interval(Gray(2.0), &parts, Gray(0.1));
        assert_eq!(low, low_too);
        assert!(high_too > high);
        let wild = [Part {
            name: "c",
            share: Share(0.8),
        }];
        assert_eq!(interval(Gray(1.0), &wild, Gray(0.0))[0], Gray(0.0));
    }
}
