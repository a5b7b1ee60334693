//! Room: dicom. `node/` speaks to modalities over associations; `objects/` turns bytes into values and back.

pub mod node;
