//! Who comes on the day of the demonstration. Every name and number is made up.

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};

/// How a patient's day goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// Comes and goes home the same day.
    Home,
    /// Comes and stays for the night.
    Ward,
    /// Called in by telephone in the early morning; stays for the night.
    Emergency,
    /// The blood values of the day before are out of range: given up, with what to take again.
    GivenUp,
    /// Does not come.
    NoShow,
    /// The sender takes the order back in the morning.
    OrderTakenBack,
    /// The radiologist has not looked at the order yet; is vetted and booked in the afternoon.
    ToVet,
    /// Is vetted and gets a time in the afternoon.
    ToBook,
}

/// What makes this one different from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Twist {
    None,
    /// Comes 25 minutes late.
    Late,
    Interpreter,
    Isolation,
    /// With a guardian, under general anaesthesia.
    Child,
    /// Nobody knows whether she is pregnant; the test comes back in the morning.
    Pregnancy,
    /// A blood value is missing until the morning.
    BloodLate,
    /// Had hives after contrast: the radiologist decides.
    ContrastAllergy,
    /// A long one: the skin is looked at afterwards.
    HighDose,
    /// A small complication in the room.
    Complication,
}

/// What the patient takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    Nothing,
    Aspirin,
    Apixaban,
    Warfarin,
}

#[derive(Debug, Clone, Copy)]
pub struct Story {
    /// Whole days before the day that is played; 0 for those of today.
    pub days_ago: u16,
    pub family: &'static str,
    pub given: &'static str,
    /// HL7 day.
    pub born: &'static str,
    pub sex: char,
    /// In the catalogue.
    pub procedure: &'static str,
    /// `L`, `R`, or empty.
    pub side: &'static str,
    pub room: &'static str,
    /// Clock time of the day, hour and minute.
    pub start: (i8, i8),
    pub minutes: u16,
    pub indication: &'static str,
    pub takes: Takes,
    pub course: Course,
    pub twist: Twist,
}

macro_rules! stories {
    ($($ago:literal: $family:literal $given:literal $born:literal $sex:literal, $procedure:literal $side:literal, $room:literal $hour:literal:$minute:literal $minutes:literal, $indication:literal, $takes:ident $course:ident $twist:ident;)+) => {
        #[expect(clippy::zero_prefixed_literal, reason = "minutes of a clock time, as 7:05")]
        pub const STORIES: &[Story] = &[$(Story {
            days_ago: $ago, family: concat!("DEMO-", $family), given: $given, born: $born, sex: $sex,
            procedure: $procedure, side: $side, room: $room, start: ($hour, $minute), minutes: $minutes,
            indication: $indication, takes: Takes::$takes, course: Course::$course, twist: Twist::$twist,
        }),+];
    };
}

stories! {
    0: "AALTOKIVI" "Helmi" "19480312" 'F', "nephrostomy" "R", "Angio 1" 6:35 45, "infected obstructed kidney", Nothing Ward None;
    0: "BERGSUND" "Torsten" "19550721" 'M', "iliac_angioplasty" "L", "Angio 1" 7:40 50, "walks 80 m, stenosis of the iliac artery", Aspirin Home None;
    0: "EKOSAARI" "Kaino" "19610105" 'F', "femoropopliteal_stent" "R", "Angio 1" 9:00 75, "wound of the foot, occlusion 6 cm", Aspirin Ward ContrastAllergy;
    0: "FAGERKALLIO" "Sixten" "19430917" 'M', "renal_stent" "L", "Angio 1" 10:30 60, "resistant hypertension, stenosis 80 percent", Aspirin Ward None;
    0: "HAKOLAMPI" "Tyyne" "19521130" 'F', "biliary_stent" "", "Angio 1" 12:15 60, "jaundice, stricture of the common duct", Nothing Ward None;
    0: "ISORANTA" "Veikko" "19660414" 'M', "dialysis_access_angioplasty" "L", "Angio 1" 13:45 45, "falling flow in the fistula", Aspirin Home None;
    0: "JOKIVUORI" "Sylvi" "19610802" 'F', "femoropopliteal_angioplasty" "L", "Angio 1" 15:00 60, "rest pain of the foot", Aspirin Home None;
    0: "KALLIOLEHTO" "Armas" "19391225" 'M', "ptbd" "", "Angio 2" 7:05 60, "cholangitis, septic, tumour of the hilum", Nothing Emergency None;
    0: "LINDMALM" "Ingegerd" "19580606" 'F', "iliac_stent" "R", "Angio 2" 8:30 60, "walks 50 m, occlusion of the iliac artery", Aspirin Home Late;
    0: "MYRSKYLAMPI" "Onni" "19491018" 'M', "infrapopliteal_angioplasty" "R", "Angio 2" 10:15 75, "wound of the heel, diabetes", Aspirin Ward HighDose;
    0: "NORRSTRAND" "Alfhild" "19630228" 'F', "nephrostomy_exchange" "L", "Angio 2" 12:00 30, "three months since the last exchange", Nothing Home Isolation;
    0: "OJAVIRTA" "Reino" "19571109" 'M', "subclavian_stent" "L", "Angio 2" 13:00 60, "weak arm, steal", Warfarin GivenUp None;
    0: "PELTOHARJU" "Lahja" "19910323" 'F', "renal_angioplasty" "R", "Angio 2" 14:30 50, "high blood pressure, fibromuscular stenosis", Nothing Home Pregnancy;
    0: "RAJASUO" "Urho" "19451204" 'M', "lung_biopsy" "R", "CT 1" 8:00 45, "growing nodule 17 mm", Nothing Home Complication;
    0: "SANDHOLM" "Gunvor" "19600511" 'F', "abdominal_abscess_drain" "", "CT 1" 9:15 45, "collection after surgery, fever", Nothing Ward None;
    0: "TUULILEHTO" "Mauno" "19530130" 'M', "spine_biopsy" "", "CT 1" 10:45 45, "suspected infection of a disc", Apixaban Home None;
    0: "UUSIHAKA" "Rauha" "19650619" 'F', "retroperitoneal_node_biopsy" "L", "CT 1" 13:00 45, "enlarged nodes, no diagnosis", Nothing Home Interpreter;
    0: "VILJASALO" "Taavi" "19820908" 'M', "adrenal_biopsy" "R", "CT 1" 14:30 45, "mass beside a known tumour", Nothing NoShow None;
    0: "WESTERKULLA" "Elof" "19470215" 'M', "liver_lesion_biopsy" "", "US 1" 7:20 40, "new lesion 24 mm, segment 6", Nothing Home None;
    0: "YLITORPPA" "Aune" "19640727" 'F', "thoracentesis" "L", "US 1" 8:30 30, "breathless, fluid on the left", Nothing Home None;
    0: "ALAKORPI" "Hilja" "19910413" 'F', "thyroid_fna" "R", "US 1" 9:15 30, "nodule, TI-RADS 4", Nothing Home None;
    0: "BJORKNAS" "Valdemar" "20170522" 'M', "kidney_native_biopsy" "L", "US 1" 10:15 45, "protein in the urine", Nothing Ward Child;
    0: "DALSUND" "Maire" "19680816" 'F', "paracentesis" "", "US 1" 11:30 45, "tense ascites", Nothing Home None;
    0: "ERONSUO" "Oiva" "19590302" 'M', "cholecystostomy" "", "US 1" 13:15 40, "inflamed gall bladder, unfit for surgery", Nothing Ward BloodLate;
    0: "HEDVIK" "Saima" "19771014" 'F', "lymph_node_superficial_core" "R", "US 1" 14:30 30, "node of the neck 22 mm", Nothing Home None;
    0: "HEDVIK" "Saima" "19520629" 'F', "thyroid_fna" "L", "US 1" 15:15 30, "nodule 31 mm, TI-RADS 5", Nothing Home None;
    0: "KETOLUOTO" "Ilmari" "19541227" 'M', "mr_guided_biopsy" "", "MR 1" 9:00 60, "lesion of the prostate seen by MR alone", Nothing Home None;
    0: "LUMIAHO" "Vieno" "19720405" 'F', "mr_guided_biopsy" "R", "MR 1" 12:30 60, "lesion of the breast seen by MR alone", Nothing Home None;
    0: "MATTSUND" "Edvin" "19500119" 'M', "liver_lesion_biopsy" "", "MR 1" 14:30 60, "lesion not seen by ultrasound", Nothing Home None;
    0: "KOSKIRANTA" "Pentti" "19510217" 'M', "venous_angioplasty_extremity" "R", "Angio 2" 15:45 45, "swelling of the arm after a line", Nothing OrderTakenBack None;
    0: "NIEMIKOSKI" "Aili" "19660930" 'F', "pleural_biopsy" "R", "CT 1" 9:30 45, "thick pleura", Nothing ToVet None;
    0: "ORRENMAA" "Eino" "19440808" 'M', "mesenteric_stent" "", "Angio 1" 9:00 60, "pain after meals, weight loss", Nothing ToBook None;
    30: "RUOTSALA" "Impi" "19570318" 'F', "iliac_stent" "L", "Angio 1" 9:30 60, "walks 100 m, occlusion of the iliac artery", Aspirin Home None;
    31: "SJOVIK" "Holger" "19460902" 'M', "abdominal_abscess_drain" "", "CT 1" 11:00 45, "collection beside the colon, fever", Nothing Ward None;
    6: "TALLKULLA" "Anni" "19620410" 'F', "liver_lesion_biopsy" "", "US 1" 10:00 40, "lesion 18 mm, segment 4", Nothing Home None;
    1: "VAHAMAKI" "Toivo" "19540715" 'M', "renal_stent" "R", "Angio 2" 13:00 60, "flash oedema of the lung, stenosis of the renal artery", Aspirin Ward None;
}

impl Story {
    /// The patient's number, the order's and the messages' numbers are made from the place in the list.
    pub fn number(place: usize) -> String {
        (7_000_101 + place).to_string()
    }

    /// The day in the room, when the played day is `today`; days of the past are working days.
    pub fn day(&self, today: Date) -> Date {
        let back = |day: Date, days: i32| day.checked_sub(days.days()).unwrap_or(day);
        let day = back(today, i32::from(self.days_ago));
        match day.weekday() {
            Weekday::Saturday if self.days_ago > 0 => back(day, 1),
            Weekday::Sunday if self.days_ago > 0 => back(day, 2),
            _ => day,
        }
    }
}
