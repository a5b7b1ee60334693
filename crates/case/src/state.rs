//! Where a case is, in the words of the pathway.

use std::fmt;

macro_rules! states {
    ($($(#[$doc:meta])* $name:ident = $code:literal),+ $(,)?) => {
        /// The place of a case in its line. Consent and the tracks are facts beside the line, not places in it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum State { $($(#[$doc])* $name),+ }

        impl State {
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The word of the pathway, used on the wire and in addresses.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }

            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$name),)+ _ => None }
            }
        }
    };
}

states!(
    /// Before the first event.
    NotReferred = "not_referred",
    Referred = "referred",
    /// With the referrer, who owes the fields named in the event.
    Returned = "returned_to_referrer",
    /// With a radiologist; a signed protocol waits here for its booking.
    Vetting = "vetting",
    /// Not to be done here; closes once the referrer has the reply.
    Rejected = "rejected",
    /// Goes on elsewhere under a new order.
    Redirected = "redirected_other_modality",
    Scheduled = "scheduled",
    Preparation = "preparation",
    Emergency = "emergency",
    Arrived = "arrived",
    SignIn = "sign_in",
    TimeOut = "time_out",
    InProcedure = "in_procedure",
    SignOut = "sign_out",
    Recovery = "recovery",
    Admitted = "admitted",
    Escalated = "escalated",
    Discharged = "discharged",
    Cancelled = "cancelled",
    Closed = "closed",
);

impl State {
    /// Nothing has been done to the patient in the room yet, and the case is alive.
    pub fn is_before_sign_in(self) -> bool {
        match self {
            Self::Referred
            | Self::Returned
            | Self::Vetting
            | Self::Scheduled
            | Self::Preparation
            | Self::Emergency
            | Self::Arrived => true,
            Self::NotReferred
            | Self::Rejected
            | Self::Redirected
            | Self::SignIn
            | Self::TimeOut
            | Self::InProcedure
            | Self::SignOut
            | Self::Recovery
            | Self::Admitted
            | Self::Escalated
            | Self::Discharged
            | Self::Cancelled
            | Self::Closed => false,
        }
    }

    /// Alive and before the first skin puncture: consent can still be taken back, the case can be cancelled.
    pub fn is_before_procedure(self) -> bool {
        self.is_before_sign_in() || self == Self::SignIn || self == Self::TimeOut
    }

    /// Has a place on the board of its day.
    pub fn is_in_the_department(self) -> bool {
        matches!(
            self,
            Self::Arrived
                | Self::SignIn
                | Self::TimeOut
                | Self::InProcedure
                | Self::SignOut
                | Self::Recovery
                | Self::Escalated
        )
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code().replace('_', " "))
    }
}
