//! Who comes on the day of the demonstration. Every name and number is made up.

/// How a patient's day goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Comes and goes home the same day.
    Home,
    /// Comes and stays for the night.
    Ward,
    /// Is not ready (no consent, blood values out of range) and is given up half an hour after the time.
    NotReady,
    /// Does not come.
    NoShow,
    /// The radiologist has not looked at the order yet.
    ToVet,
    /// Is vetted and has no time yet.
    ToBook,
}

/// What is sent of the blood, and what is known of medicines and allergies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Background {
    Plain,
    ContrastAllergy,
    /// INR far too high, and takes warfarin.
    Warfarin,
    /// Aspirin, kidney values low.
    Kidneys,
    Apixaban,
}

#[derive(Debug, Clone, Copy)]
pub struct Story {
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
    pub background: Background,
    pub fate: Fate,
}

macro_rules! stories {
    ($($family:literal $given:literal $born:literal $sex:literal, $procedure:literal $side:literal, $room:literal $hour:literal:$minute:literal $minutes:literal, $indication:literal, $background:ident $fate:ident;)+) => {
        pub const STORIES: &[Story] = &[$(Story {
            family: concat!("DEMO-", $family), given: $given, born: $born, sex: $sex,
            procedure: $procedure, side: $side, room: $room, start: ($hour, $minute), minutes: $minutes,
            indication: $indication, background: Background::$background, fate: Fate::$fate,
        }),+];
    };
}

stories! {
    "AALTOKIVI" "Helmi" "19480312" 'F', "nephrostomy" "R", "Angio 1" 6:40 55, "infected obstructed kidney", Plain Ward;
    "BERGSUND" "Torsten" "19550721" 'M', "iliac_angioplasty" "L", "Angio 1" 7:40 50, "walks 80 m, stenosis of the iliac artery", Kidneys Home;
    "EKOSAARI" "Kaino" "19610105" 'F', "femoropopliteal_stent" "R", "Angio 1" 9:00 75, "wound of the foot, occlusion 6 cm", ContrastAllergy Ward;
    "FAGERKALLIO" "Sixten" "19430917" 'M', "renal_stent" "L", "Angio 1" 10:30 60, "resistant hypertension, single kidney", Kidneys Ward;
    "HAKOLAMPI" "Tyyne" "19521130" 'F', "biliary_stent" "", "Angio 1" 12:15 60, "jaundice, stricture of the common duct", Plain Ward;
    "ISORANTA" "Veikko" "19660414" 'M', "dialysis_access_angioplasty" "L", "Angio 1" 13:45 45, "falling flow in the fistula", Kidneys Home;
    "JOKIVUORI" "Sylvi" "19710802" 'F', "femoropopliteal_angioplasty" "L", "Angio 1" 15:00 60, "rest pain of the foot", Apixaban Home;
    "KALLIOLEHTO" "Armas" "19391225" 'M', "ptbd" "", "Angio 2" 7:10 60, "cholangitis, tumour of the hilum", Plain Ward;
    "LINDMALM" "Ingegerd" "19580606" 'F', "iliac_stent" "R", "Angio 2" 8:30 60, "walks 50 m, occlusion of the iliac artery", Plain Home;
    "MYRSKYLAMPI" "Onni" "19491018" 'M', "infrapopliteal_angioplasty" "R", "Angio 2" 10:00 75, "wound of the heel, diabetes", Kidneys Home;
    "NORRSTRAND" "Alfhild" "19630228" 'F', "nephrostomy_exchange" "L", "Angio 2" 11:45 30, "three months since the last exchange", Plain Home;
    "OJAVIRTA" "Reino" "19571109" 'M', "subclavian_stent" "L", "Angio 2" 13:00 60, "weak arm, steal", Warfarin NotReady;
    "PELTOHARJU" "Lahja" "19690323" 'F', "venous_angioplasty_extremity" "R", "Angio 2" 14:30 50, "swelling after a line", Plain Home;
    "RAJASUO" "Urho" "19451204" 'M', "lung_biopsy" "R", "CT 1" 8:00 45, "growing nodule 17 mm", Plain Home;
    "SANDHOLM" "Gunvor" "19600511" 'F', "abdominal_abscess_drain" "", "CT 1" 9:15 45, "collection after surgery, fever", Plain Ward;
    "TUULILEHTO" "Mauno" "19530130" 'M', "spine_biopsy" "", "CT 1" 10:45 45, "suspected infection of a disc", Plain Home;
    "UUSIHAKA" "Rauha" "19750619" 'F', "retroperitoneal_node_biopsy" "L", "CT 1" 13:00 45, "enlarged nodes, no diagnosis", Plain Home;
    "VILJASALO" "Taavi" "19820908" 'M', "adrenal_biopsy" "R", "CT 1" 14:30 45, "mass beside a known tumour", Plain NoShow;
    "WESTERKULLA" "Elof" "19470215" 'M', "liver_lesion_biopsy" "", "US 1" 7:25 40, "new lesion 24 mm, segment 6", Plain Home;
    "YLITORPPA" "Aune" "19640727" 'F', "thoracentesis" "L", "US 1" 8:30 30, "breathless, fluid on the left", Plain Home;
    "ALAKORPI" "Hilja" "19910413" 'F', "thyroid_fna" "R", "US 1" 9:15 30, "nodule, TI-RADS 4", Plain Home;
    "BJORKNAS" "Valdemar" "19561122" 'M', "kidney_native_biopsy" "L", "US 1" 10:15 45, "protein in the urine", Kidneys Ward;
    "DALSUND" "Maire" "19680816" 'F', "paracentesis" "", "US 1" 11:30 45, "tense ascites", Plain Home;
    "ERONSUO" "Oiva" "19590302" 'M', "cholecystostomy" "", "US 1" 13:15 40, "inflamed gall bladder, unfit for surgery", Plain Ward;
    "HEDVIK" "Saima" "19771014" 'F', "lymph_node_superficial_core" "R", "US 1" 14:30 30, "node of the neck 22 mm", Plain Home;
    "KETOLUOTO" "Ilmari" "19541227" 'M', "mr_guided_biopsy" "", "MR 1" 9:00 60, "lesion seen by MR alone", Plain Home;
    "LUMIAHO" "Vieno" "19720405" 'F', "mr_guided_biopsy" "", "MR 1" 12:30 60, "lesion of the breast seen by MR alone", Plain Home;
    "MATTSUND" "Edvin" "19500119" 'M', "liver_lesion_biopsy" "", "MR 1" 14:30 60, "lesion not seen by ultrasound", Plain Home;
    "NIEMIKOSKI" "Aili" "19660930" 'F', "pleural_biopsy" "R", "CT 1" 0:0 45, "thick pleura", Plain ToVet;
    "ORRENMAA" "Eino" "19440808" 'M', "mesenteric_stent" "", "Angio 1" 0:0 60, "pain after meals, weight loss", Plain ToBook;
}

impl Story {
    /// The patient's number, the order's and the messages' numbers are made from the place in the list.
    pub fn number(place: usize) -> String {
        (7_000_101 + place).to_string()
    }
}
