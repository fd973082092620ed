//! On the host: 64 bits and everything that the standard library has. Here, too, the crate is built as other targets
//! would have it, by handing the compiler a sysroot with nothing but `core`, or `core` and `alloc`.

#![cfg(not(any(target_os = "none", target_arch = "wasm32")))]

mod build;
mod cases;

use build::{Build, Crates};

#[test]
fn the_bytes_are_the_same_everywhere() {
    cases::the_bytes_are_the_same_everywhere();
}

#[test]
fn reads_one_record_after_the_other() {
    cases::reads_one_record_after_the_other();
}

#[test]
fn what_is_cut_off_is_refused() {
    cases::what_is_cut_off_is_refused();
}

#[test]
fn a_length_beyond_memory_is_refused() {
    cases::a_length_beyond_memory_is_refused();
}

#[test]
fn a_name_that_is_no_text_is_refused() {
    cases::a_name_that_is_no_text_is_refused();
}

#[test]
fn a_small_buffer_is_refused_and_left_alone() {
    cases::a_small_buffer_is_refused_and_left_alone();
}

#[test]
fn errors_speak() {
    cases::errors_speak();
}

/// A crate that asks which target it is built for knows the targets of today. What it needs is told by its features, so
/// that it builds where there is neither an allocator nor `std`, whatever that target is called.
#[test]
fn without_features_core_is_enough() {
    Build::new("core-only").library(&[], Crates::Core);
}

/// An allocator without an operating system is common: a kernel, a larger board, WebAssembly.
#[test]
fn with_alloc_std_is_not_needed() {
    Build::new("alloc-only").library(&["alloc"], Crates::Alloc);
}

/// Cargo builds a crate once for all that depend on it, with the features of all of them. A program that asked for none
/// may find itself with every one, and must still compile and mean the same.
#[test]
fn every_feature_set_has_the_core() {
    for features in [&[][..], &["alloc"], &["alloc", "std"]] {
        Build::new("core").run(features, "core");
    }
}

/// What `alloc` adds is there with `std` as well. The totals come in the order of the names, and not in one that
/// changes from run to run.
#[test]
fn alloc_adds_vectors_and_totals() {
    for features in [&["alloc"][..], &["alloc", "std"]] {
        Build::new("alloc").run(features, "alloc");
    }
}

/// What only an operating system has: streams, and the errors of streams.
#[test]
fn std_adds_streams() {
    Build::new("std").run(&["alloc", "std"], "std");
}
