//! The class as its two users meet it: Rust, which links it, and JavaScript, which has only the object.
//!
//! These tests are WebAssembly and run in Node. `wasm_bindgen_test` takes the place of `test`; everything happens in one
//! module with one linear memory, which is what makes memory worth testing.

#![cfg(target_arch = "wasm32")]

use js_sys::{Array, Function, Reflect, Uint8Array, WebAssembly::Memory};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use wasm_processor::{MAX_CAPACITY, Processor};

/// One page of linear memory: the unit in which it grows, in bytes.
const PAGE: usize = 65_536;

/// A processor with a window of `capacity` bytes.
fn processor(capacity: usize) -> Processor {
    Processor::new(capacity)
        .map_err(JsValue::from)
        .expect("a capacity between 1 and MAX_CAPACITY is accepted")
}

/// Pushes `chunk`, which nothing forbids.
fn push(processor: &mut Processor, chunk: &[u8]) {
    processor
        .push(chunk)
        .map_err(JsValue::from)
        .expect("an unfinished processor takes any chunk");
}

/// `len` bytes without a visible pattern, the same in every run.
fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x2545_F491_u32;
    (0..len)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state.to_le_bytes()[0]
        })
        .collect()
}

/// How much linear memory the module has, in bytes. It never shrinks.
fn memory_size() -> usize {
    core::arch::wasm32::memory_size(0) * PAGE
}

/// Whether `array` looks into this module's linear memory as it is now.
fn is_a_view_of_our_memory(array: &Uint8Array) -> bool {
    let memory: Memory = wasm_bindgen::memory().unchecked_into();
    JsValue::from(array.buffer()) == memory.buffer()
}

/// Runs the JavaScript function body `body` with the parameters `Processor` (the class) and `input`.
///
/// The class is not exported by name from a test, but every object knows its constructor.
fn in_javascript(body: &str, input: &JsValue) -> JsValue {
    let object = JsValue::from(processor(1));
    let class = Reflect::get(&object, &"constructor".into()).expect("an object has a constructor");
    Function::new_with_args("Processor, input", body)
        .call2(&JsValue::NULL, &class, input)
        .unwrap_or_else(|thrown| panic!("JavaScript threw {thrown:?}"))
}

// --- The digest ---------------------------------------------------------------------------------------------------

/// A digest that only agrees with itself is worth nothing: these are published values of CRC-32. The empty input
/// shows whether the register is complemented at the end, and 32 zeros whether it starts as ones.
#[wasm_bindgen_test]
fn digests_the_published_vectors() {
    let vectors: [(&[u8], u32); 5] = [
        (b"", 0x0000_0000),
        (b"a", 0xE8B7_BE43),
        (b"123456789", 0xCBF4_3926),
        (b"The quick brown fox jumps over the lazy dog", 0x414F_A339),
        (&[0; 32], 0x190A_55AD),
    ];
    for (input, expected) in vectors {
        let mut processor = processor(8);
        push(&mut processor, input);
        let digest = processor.digest();
        assert_eq!(
            digest,
            expected,
            "CRC-32 of {:?} is {expected:#010x}, not {digest:#010x}",
            String::from_utf8_lossy(input)
        );
    }
}

/// Where a network or a file cuts a stream is an accident, so the digest must not depend on it. Reading the digest in
/// between must not disturb it either.
#[wasm_bindgen_test]
fn the_digest_does_not_depend_on_the_cuts() {
    let input = noise(1000);
    let mut whole = processor(16);
    push(&mut whole, &input);

    for size in [1, 2, 7, 16, 17, 999] {
        let mut parts = processor(16);
        for chunk in input.chunks(size) {
            push(&mut parts, chunk);
            let _ = parts.digest();
        }
        push(&mut parts, &[]);
        assert_eq!(
            parts.digest(),
            whole.digest(),
            "1000 bytes in chunks of {size} have another digest than the same bytes in one"
        );
    }
}

// --- The bound ----------------------------------------------------------------------------------------------------

/// The window is the latest `capacity` bytes, in order, whatever the chunks were: shorter than it, longer, of its size,
/// or empty.
#[wasm_bindgen_test]
fn the_window_holds_the_latest_bytes() {
    let input = noise(300);
    for capacity in [1, 2, 16, 100, 1000] {
        for size in [1, 3, 16, 17, 99, 300] {
            let mut processor = processor(capacity);
            let mut pushed = 0;
            for chunk in input.chunks(size) {
                push(&mut processor, chunk);
                pushed += chunk.len();
                let latest = &input[pushed.saturating_sub(capacity)..pushed];
                assert_eq!(
                    processor.window().to_vec(),
                    latest,
                    "after {pushed} bytes in chunks of {size}, a window of {capacity} shows something else than the latest"
                );
            }
            assert_eq!(processor.total(), 300, "300 bytes were pushed");
        }
    }
}

/// A stream has no end that the processor knows of, so what it keeps must not depend on what has gone through. Linear
/// memory only ever grows: what a processor needs once, the page pays for until it is closed.
#[wasm_bindgen_test]
fn memory_stays_bounded_on_a_long_stream() {
    let mut processor = processor(1024);
    let chunk = noise(PAGE);
    let before = memory_size();
    for _ in 0..64 {
        push(&mut processor, &chunk);
    }
    let grown = memory_size() - before;
    assert!(
        grown <= PAGE,
        "4 MiB went through a window of 1 KiB, and memory grew by {} MiB: something keeps what it should let go",
        grown.div_ceil(16 * PAGE)
    );
}

/// One large chunk is no reason to grow either: only its latest bytes will be kept, so only they need a place.
#[wasm_bindgen_test]
fn one_large_chunk_needs_no_more_room() {
    let mut processor = processor(1024);
    let chunk = noise(16 * PAGE);
    let before = memory_size();
    push(&mut processor, &chunk);
    let grown = memory_size() - before;
    assert!(
        grown <= PAGE,
        "a window of 1 KiB took a chunk of 1 MiB, and memory grew by {} KiB: the whole chunk was stored",
        grown / 1024
    );
}

// --- The view -----------------------------------------------------------------------------------------------------

/// JavaScript can read linear memory where it is. A typed array over the module's own buffer costs the same for
/// a byte and for a megabyte; a copy does not, and calls for a second one when it is stale.
#[wasm_bindgen_test]
fn the_window_is_a_view_not_a_copy() {
    let mut processor = processor(64);
    push(&mut processor, b"look, don't copy");
    let window = processor.window();
    assert!(
        is_a_view_of_our_memory(&window),
        "the window's buffer is not the module's memory: the bytes were copied"
    );
    assert_eq!(window.to_vec(), b"look, don't copy");
}

/// A view has no lifetime that the compiler could check: it is an offset and a length. If the bytes belong to a local
/// variable, they are freed on return, and the next allocation writes over what JavaScript is looking at.
#[wasm_bindgen_test]
fn the_viewed_bytes_belong_to_the_processor() {
    let input = noise(4096);
    let mut processor = processor(4096);
    push(&mut processor, &input);
    let window = processor.window();

    let overwriting: Vec<Vec<u8>> = (0..8).map(|_| vec![0xAA; 4096]).collect();
    assert!(
        is_a_view_of_our_memory(&window),
        "the window's buffer is not the module's memory: the bytes were copied"
    );
    let seen = window.to_vec();
    drop(overwriting);
    assert!(
        seen == input,
        "other allocations changed the bytes that the view shows: it points at memory that was freed"
    );
}

/// Growing memory replaces its `ArrayBuffer`. Every view of the old one is detached, of length 0, and no
/// exception tells. That is why a view is asked for anew, and never kept across a call.
#[wasm_bindgen_test]
fn a_new_view_works_after_memory_has_grown() {
    let mut processor = processor(64);
    push(&mut processor, b"before");
    let stale = processor.window();
    assert_eq!(stale.to_vec(), b"before");

    let pages = core::arch::wasm32::memory_grow(0, 1);
    assert_ne!(pages, usize::MAX, "this machine has no page of memory left");

    assert_eq!(
        stale.length(),
        0,
        "a view of linear memory is empty after it has grown; this one is a copy"
    );
    assert_eq!(
        processor.window().to_vec(),
        b"before",
        "a window asked for after memory has grown must look at the new memory"
    );
}

// --- The errors ---------------------------------------------------------------------------------------------------

/// JavaScript code that handles an error has to know which. A sentence changes with the next release; a `code` on a real
/// `Error` is what Node itself does, and an `Error` also has the stack that a thrown string lacks.
#[wasm_bindgen_test]
fn javascript_can_test_an_error_by_its_code() {
    let caught = in_javascript(
        r#"
        const caught = [];
        const attempt = (call) => {
            try { call(); caught.push("nothing was thrown"); }
            catch (e) { caught.push(e instanceof Error ? String(e.code) : `a ${typeof e} was thrown, not an Error`); }
        };
        attempt(() => new Processor(0));
        new Processor(input); // the limit itself is no error
        attempt(() => new Processor(input + 1));
        attempt(() => new Processor(-1));
        const finished = new Processor(8);
        finished.finish();
        attempt(() => finished.push(new Uint8Array([1])));
        attempt(() => finished.finish());
        return caught;
        "#,
        &JsValue::from(u32::try_from(MAX_CAPACITY).expect("a window fits into 32 bits")),
    );
    let caught: Vec<String> = caught
        .unchecked_into::<Array>()
        .iter()
        .map(|code| code.as_string().unwrap_or_default())
        .collect();
    assert_eq!(
        caught,
        [
            "ZERO_CAPACITY",
            "CAPACITY_TOO_LARGE",
            "CAPACITY_TOO_LARGE",
            "FINISHED",
            "FINISHED"
        ],
        "the codes of: capacity 0, one above the limit, -1, a push and a finish after finish"
    );
}

/// The code is for programs and the message for people: an error with only one of them fails the other.
#[wasm_bindgen_test]
fn an_error_has_a_message_for_people() {
    let message = in_javascript(
        "try { new Processor(5000000); } catch (e) { return e.message; }",
        &JsValue::NULL,
    );
    let message = message.as_string().unwrap_or_default();
    assert!(
        message.contains("5000000"),
        "the message should name the capacity that was refused, and is {message:?}"
    );
}

/// A call that fails changes nothing: the caller can carry on with what was there.
#[wasm_bindgen_test]
fn a_refused_chunk_leaves_no_trace() {
    let mut processor = processor(8);
    push(&mut processor, b"123456789");
    let digest = processor.finish().map_err(JsValue::from);
    assert_eq!(
        digest,
        Ok(0xCBF4_3926),
        "finish returns the digest of the stream"
    );

    assert!(
        processor.push(b"more").is_err(),
        "a finished processor refuses a chunk"
    );
    assert_eq!(processor.total(), 9, "the refused chunk was counted");
    assert_eq!(
        processor.digest(),
        0xCBF4_3926,
        "the refused chunk went into the digest"
    );
    assert_eq!(
        processor.window().to_vec(),
        b"23456789",
        "the refused chunk went into the window"
    );
}

/// The class works from JavaScript as its documentation says: a constructor, properties without parentheses, a digest
/// that is not negative, and a total that is a BigInt, since a `Number` is exact only up to 2⁵³.
#[wasm_bindgen_test]
fn javascript_uses_it_as_a_class() {
    let report = in_javascript(
        r#"
        const processor = new Processor(4);
        const encoder = new TextEncoder();
        for (const part of ["123", "", "456789"]) processor.push(encoder.encode(part));
        const text = new TextDecoder().decode(processor.window());
        const report = [text, typeof processor.total, String(processor.total), processor.digest, processor.finish()];
        processor.free();
        return report.join(" ");
        "#,
        &JsValue::NULL,
    );
    assert_eq!(
        report.as_string().as_deref(),
        Some("6789 bigint 9 3421780262 3421780262"),
        "the window, the total's type, the total, the digest, and what finish returned"
    );
}
