//! The workbook's folder on disk: how files are written and how runs keep out of each other's way.

pub mod atomic;
pub mod lock;
