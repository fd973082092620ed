//! On the board: a Cortex-M3, 32 bits, no operating system and no allocator.

#![cfg_attr(target_os = "none", no_std, no_main)]

qemu_test::tests! {
    fn the_bytes_are_the_same_everywhere() {
        cases::the_bytes_are_the_same_everywhere();
    }

    fn reads_one_record_after_the_other() {
        cases::reads_one_record_after_the_other();
    }

    fn what_is_cut_off_is_refused() {
        cases::what_is_cut_off_is_refused();
    }

    fn a_length_beyond_memory_is_refused() {
        cases::a_length_beyond_memory_is_refused();
    }

    fn a_name_that_is_no_text_is_refused() {
        cases::a_name_that_is_no_text_is_refused();
    }

    fn a_small_buffer_is_refused_and_left_alone() {
        cases::a_small_buffer_is_refused_and_left_alone();
    }

    fn errors_speak() {
        cases::errors_speak();
    }

    mod cases;
}
