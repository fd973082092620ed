//! In WebAssembly: 32 bits, an allocator, and a `std` whose files and clocks all fail.

#![cfg(target_arch = "wasm32")]

mod cases;

use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn the_bytes_are_the_same_everywhere() {
    cases::the_bytes_are_the_same_everywhere();
}

#[wasm_bindgen_test]
fn reads_one_record_after_the_other() {
    cases::reads_one_record_after_the_other();
}

#[wasm_bindgen_test]
fn what_is_cut_off_is_refused() {
    cases::what_is_cut_off_is_refused();
}

#[wasm_bindgen_test]
fn a_length_beyond_memory_is_refused() {
    cases::a_length_beyond_memory_is_refused();
}

#[wasm_bindgen_test]
fn a_name_that_is_no_text_is_refused() {
    cases::a_name_that_is_no_text_is_refused();
}

#[wasm_bindgen_test]
fn a_small_buffer_is_refused_and_left_alone() {
    cases::a_small_buffer_is_refused_and_left_alone();
}

#[wasm_bindgen_test]
fn errors_speak() {
    cases::errors_speak();
}
