//! Room: dicom.
