//! How a value of the core becomes a value of the wire: the trait, the plain types, three macros.

use jiff::{Timestamp, civil::Date};

/// A word on the wire that no program of ours wrote.
#[derive(Debug)]
pub struct Wrong {
    pub expected: &'static str,
    pub found: String,
}

pub trait Wire: Sized {
    type Json: serde::Serialize + serde::de::DeserializeOwned;

    fn wire(&self) -> Self::Json;

    /// # Errors
    /// The JSON has the right shape and holds a word that is none of ours.
    fn unwire(json: Self::Json) -> Result<Self, Wrong>;
}

macro_rules! plain {
    ($($name:ty),+) => {$(
        impl Wire for $name {
            type Json = $name;
            fn wire(&self) -> $name { self.clone() }
            fn unwire(json: $name) -> Result<Self, Wrong> { Ok(json) }
        }
    )+};
}
plain!(String, u8, u16, u32, i16, bool);

impl<T: Wire> Wire for Option<T> {
    type Json = Option<T::Json>;

    fn wire(&self) -> Self::Json {
        self.as_ref().map(T::wire)
    }

    fn unwire(json: Self::Json) -> Result<Self, Wrong> {
        json.map(T::unwire).transpose()
    }
}

impl<T: Wire> Wire for Vec<T> {
    type Json = Vec<T::Json>;

    fn wire(&self) -> Self::Json {
        self.iter().map(T::wire).collect()
    }

    fn unwire(json: Self::Json) -> Result<Self, Wrong> {
        json.into_iter().map(T::unwire).collect()
    }
}

impl Wire for Timestamp {
    type Json = String;

    /// An instant in UTC, to the nanosecond.
    fn wire(&self) -> String {
        self.to_string()
    }

    fn unwire(json: String) -> Result<Self, Wrong> {
        json.parse().map_err(|_| Wrong {
            expected: "an instant",
            found: json,
        })
    }
}

impl Wire for Date {
    type Json = String;

    fn wire(&self) -> String {
        self.to_string()
    }

    fn unwire(json: String) -> Result<Self, Wrong> {
        json.parse().map_err(|_| Wrong {
            expected: "a day",
            found: json,
        })
    }
}

/// A closed list: its code.
macro_rules! coded {
    ($($name:ty: $expected:literal),+ $(,)?) => {$(
        impl $crate::event_body::wire::Wire for $name {
            type Json = String;
            fn wire(&self) -> String { self.code().to_owned() }
            fn unwire(json: String) -> Result<Self, $crate::event_body::wire::Wrong> {
                <$name>::from_code(&json).ok_or($crate::event_body::wire::Wrong { expected: $expected, found: json })
            }
        }
    )+};
}

/// An identifier: its text.
macro_rules! identifier {
    ($($name:ty: $expected:literal),+ $(,)?) => {$(
        impl $crate::event_body::wire::Wire for $name {
            type Json = String;
            fn wire(&self) -> String { self.as_str().to_owned() }
            fn unwire(json: String) -> Result<Self, $crate::event_body::wire::Wrong> {
                <$name>::new(&json).map_err(|_| $crate::event_body::wire::Wrong { expected: $expected, found: json })
            }
        }
    )+};
}

/// A quantity: its number as decimal text, which comes back bit for bit (a JSON number need not).
macro_rules! quantity {
    ($($name:path: $expected:literal),+ $(,)?) => {$(
        impl $crate::event_body::wire::Wire for $name {
            type Json = String;
            fn wire(&self) -> String { self.0.to_string() }
            fn unwire(json: String) -> Result<Self, $crate::event_body::wire::Wrong> {
                json.parse().map($name).map_err(|_| $crate::event_body::wire::Wrong { expected: $expected, found: json })
            }
        }
    )+};
}

/// A struct of the core and its stored twin, field by field.
macro_rules! record {
    ($stored:ident: $name:path { $($field:ident: $ty:ty),+ $(,)? }) => {
        #[derive(Debug, serde::Serialize, serde::Deserialize)]
        pub struct $stored { $($field: <$ty as $crate::event_body::wire::Wire>::Json),+ }

        impl $crate::event_body::wire::Wire for $name {
            type Json = $stored;
            fn wire(&self) -> $stored {
                $stored { $($field: $crate::event_body::wire::Wire::wire(&self.$field)),+ }
            }
            fn unwire(json: $stored) -> Result<Self, $crate::event_body::wire::Wrong> {
                Ok(Self { $($field: <$ty as $crate::event_body::wire::Wire>::unwire(json.$field)?),+ })
            }
        }
    };
}

/// An enum of the core and its stored twin, variant by variant, each under its word.
macro_rules! choice {
    ($stored:ident: $name:ty { $($variant:ident $(($inner:ident: $ity:ty))? $({ $($field:ident: $ty:ty),+ $(,)? })? = $word:literal),+ $(,)? }) => {
        #[derive(Debug, serde::Serialize, serde::Deserialize)]
        pub enum $stored {
            $(#[serde(rename = $word)]
            $variant $((<$ity as $crate::event_body::wire::Wire>::Json))?
                $({ $($field: <$ty as $crate::event_body::wire::Wire>::Json),+ })?),+
        }

        impl $crate::event_body::wire::Wire for $name {
            type Json = $stored;
            fn wire(&self) -> $stored {
                match self {
                    $(Self::$variant $(($inner))? $({ $($field),+ })? => $stored::$variant
                        $(($crate::event_body::wire::Wire::wire($inner)))?
                        $({ $($field: $crate::event_body::wire::Wire::wire($field)),+ })?),+
                }
            }
            fn unwire(json: $stored) -> Result<Self, $crate::event_body::wire::Wrong> {
                Ok(match json {
                    $($stored::$variant $(($inner))? $({ $($field),+ })? => Self::$variant
                        $((<$ity as $crate::event_body::wire::Wire>::unwire($inner)?))?
                        $({ $($field: <$ty as $crate::event_body::wire::Wire>::unwire($field)?),+ })?),+
                })
            }
        }
    };
}

pub(crate) use {choice, coded, identifier, quantity, record};
