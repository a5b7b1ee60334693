//! Units that only this room needs. The inner number is in the unit that the name says.

macro_rules! quantity {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        $($(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
        pub struct $name(pub f64);)+
    };
}

quantity!(
    /// Angle, degrees. DICOM sign unless said otherwise (LAO and cranial positive).
    Degrees,
    /// Length, millimetres.
    Millimetre,
    /// Tube voltage, kilovolt.
    Kilovolt,
    /// Field area, square metres.
    SquareMetre,
    /// Solid angle, steradian.
    Steradian,
);
