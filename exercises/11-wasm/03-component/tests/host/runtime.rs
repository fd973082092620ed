//! The host: makes a component of the guest, and runs it with limits.

use std::{
    env, fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::PathBuf,
    process,
};

use wasmtime::{
    Config, Engine, OptLevel, RegallocAlgorithm, ResourceLimiter, Result, Store, Trap,
    component::{Component, Linker},
};
use wit_component::ComponentEncoder;

use self::exports::workbook::guest::processing::{Fault, Guest as Processing};

wasmtime::component::bindgen!({
    world: "guest",
    path: "src/guest.wit",
    additional_derives: [PartialEq],
});

/// The memory that a guest has for an input of up to a mebibyte: a mebibyte for the input, one for its stack, and one
/// for all else.
pub const MEMORY: usize = 3 << 20;

/// The fuel for one call. An instruction takes about one unit.
const FUEL_A_CALL: u64 = 1_000_000;
/// The fuel for each byte that goes in or comes out: ten times what an unoptimised loop takes.
const FUEL_A_BYTE: u64 = 1_000;

/// One instance of the guest.
pub struct Host {
    store: Store<Meter>,
    guest: Guest,
}

/// Watches a guest's memory.
struct Meter {
    limit: usize,
    /// The most that was granted, in bytes.
    peak: usize,
    /// What was asked for and refused, in bytes.
    refused: Option<usize>,
}

impl ResourceLimiter for Meter {
    fn memory_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> Result<bool> {
        if desired > self.limit {
            self.refused = Some(desired);
            return Ok(false);
        }
        self.peak = self.peak.max(desired);
        Ok(true)
    }

    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> Result<bool> {
        Ok(desired <= 10_000)
    }
}

impl Host {
    /// Starts a guest that may have so many bytes of memory, its stack and its constants included.
    #[track_caller]
    pub fn new(memory: usize) -> Self {
        let mut config = Config::new();
        // The guest runs for a moment: compiling it well would take longer.
        config
            .consume_fuel(true)
            .cranelift_opt_level(OptLevel::None)
            .cranelift_regalloc_algorithm(RegallocAlgorithm::SinglePass);
        let engine = Engine::new(&config).expect("an engine");
        let component = compile(&engine);
        let meter = Meter {
            limit: memory,
            peak: 0,
            refused: None,
        };
        let mut store = Store::new(&engine, meter);
        store.limiter(|meter| meter);
        store.set_fuel(FUEL_A_CALL).expect("fuel is on");
        let guest = Guest::instantiate(&mut store, &component, &Linker::new(&engine))
            .unwrap_or_else(|error| panic!("the guest could not be started: {error}"));
        Self { store, guest }
    }

    #[track_caller]
    pub fn hash(&mut self, data: &[u8]) -> i32 {
        self.call("hash", data.len(), |guest, store| {
            guest.call_hash(store, data)
        })
    }

    #[track_caller]
    pub fn bucket(&mut self, key: &[u8], buckets: u32) -> Result<u32, Fault> {
        self.call("bucket", key.len(), |guest, store| {
            guest.call_bucket(store, key, buckets)
        })
    }

    #[track_caller]
    pub fn mean(&mut self, samples: &[i32]) -> Result<i32, Fault> {
        self.call("mean", size_of_val(samples), |guest, store| {
            guest.call_mean(store, samples)
        })
    }

    /// `expected` is the number of bytes that should come out.
    #[track_caller]
    pub fn unpack(&mut self, packed: &[u8], limit: u32, expected: usize) -> Result<Vec<u8>, Fault> {
        self.call("unpack", packed.len() + expected, |guest, store| {
            guest.call_unpack(store, packed, limit)
        })
    }

    /// The most memory that the guest has had so far, in bytes.
    pub fn peak(&self) -> usize {
        self.store.data().peak
    }

    /// Calls a function with fuel for so many bytes.
    #[track_caller]
    fn call<T>(
        &mut self,
        name: &str,
        bytes: usize,
        call: impl FnOnce(&Processing, &mut Store<Meter>) -> Result<T>,
    ) -> T {
        let fuel = FUEL_A_CALL + FUEL_A_BYTE * bytes as u64;
        self.store.set_fuel(fuel).expect("fuel is on");
        let result = call(self.guest.workbook_guest_processing(), &mut self.store);
        match result {
            Ok(answer) => answer,
            Err(error) => panic!("{}", self.explain(name, fuel, &error)),
        }
    }

    fn explain(&self, name: &str, fuel: u64, error: &wasmtime::Error) -> String {
        let meter = self.store.data();
        match (error.downcast_ref(), meter.refused) {
            (Some(Trap::OutOfFuel), _) => format!(
                "`{name}` ran out of fuel after {fuel} units: a loop without end, or the whole input again for each part of it"
            ),
            (Some(trap), Some(asked)) => format!(
                "`{name}` ended in a trap ({trap}), after it had asked for {asked} bytes of memory and been refused: it may have {}",
                meter.limit
            ),
            (Some(trap), None) => format!(
                "`{name}` ended in a trap ({trap}) instead of an answer: that is how a panic looks from outside, an overflow or a `todo!` included"
            ),
            (None, _) => format!("`{name}` could not be called: {error}"),
        }
    }
}

/// The guest, compiled for this machine. That takes longer than the tests, each of which is a process of its own, so the
/// first one leaves its result for the others.
#[track_caller]
fn compile(engine: &Engine) -> Component {
    let Some(path) = env::var_os("WORKBOOK_ARTIFACT_GUEST").map(PathBuf::from) else {
        panic!("the guest has to be built first: run `cargo xtask verify wasm/component`");
    };
    let module = fs::read(&path).expect("the guest was built");
    let mut hasher = DefaultHasher::new();
    module.hash(&mut hasher);
    let hash = hasher.finish().to_le_bytes();

    let kept = path.with_extension("compiled");
    let bytes = fs::read(&kept).unwrap_or_default();
    if let Some(code) = bytes.strip_prefix(&hash) {
        // SAFETY: the file lies in the build's own folder, and is written below, from this very module.
        if let Ok(component) = unsafe { Component::deserialize(engine, code) } {
            return component;
        }
    }
    let component = Component::from_binary(engine, &component(&module))
        .unwrap_or_else(|error| panic!("wasmtime refused the component: {error}"));
    let code = component.serialize().expect("compiled code is bytes");
    // Other tests may be reading it: it is there as a whole or not at all.
    let own = path.with_extension(format!("{}", process::id()));
    fs::write(&own, [&hash[..], &code].concat()).expect("the build's folder takes files");
    fs::rename(&own, &kept).expect("the build's folder takes files");
    component
}

/// A component: the module, with what tells a host its world.
#[track_caller]
fn component(module: &[u8]) -> Vec<u8> {
    let mut encoder = ComponentEncoder::default()
        .module(module)
        .unwrap_or_else(|error| panic!("the library says nothing of its world: {error:#}"));
    encoder
        .encode()
        .unwrap_or_else(|error| panic!("the library does not fit its world: {error:#}"))
}
