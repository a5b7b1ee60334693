//! Quantities with their unit in the type. The inner number is in the unit that the name says.

macro_rules! quantity {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        $($(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
        pub struct $name(pub f64);

        impl std::ops::Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self { Self(self.0 + other.0) }
        })+
    };
}

quantity!(
    /// Reference air kerma, skin dose: gray.
    Gray,
    /// Average glandular dose: milligray.
    MilliGray,
    /// Kerma–area product: Gy·m².
    GraySquareMetre,
    /// Dose–length product: mGy·cm.
    MilliGrayCentimetre,
    /// Fluoroscopy time: seconds.
    Seconds,
    /// Body weight: kilogram.
    Kilogram,
    /// Body height: centimetre.
    Centimetre,
);
