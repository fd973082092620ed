//! Empty; the manifest says what this package is for.
