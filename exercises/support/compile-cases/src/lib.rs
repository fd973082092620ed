//! Hands a program to the compiler by way of [trybuild](https://docs.rs/trybuild), and judges what the compiler says.
//!
//! Trybuild compares messages to the letter, which would reject a solution for the names of its private types or for its choice of
//! words. So it records the message next to a copy of the program, and the comparison is done here: by line, by error code, and
//! by a word that must occur. In a program, a line that must be refused ends in a comment:
//!
//! ```text
//! source.clear(); //~ E0502|E0499: the token would point at nothing
//! plain.login("ada", "engine"); //~ E0599 `Plain`: the password could be read on the way
//! struct Unit; //~ refused: there is nothing to build
//! ```
//!
//! that is, one of these error codes, or `refused` if any will do; a word that the message must mention, if there is one; and the
//! reason, which the learner is told.
//!
//! An exercise has `compile-cases` *and* `trybuild` among its dev-dependencies. Trybuild compiles the programs with all
//! dev-dependencies of the package but itself, so that a crate which depended on it would be compiled with everything that
//! trybuild needs, for each exercise anew.
//!
//! ```ignore
//! use compile_cases::cases;
//!
//! #[test]
//! fn no_token_outlives_the_source() {
//!     cases!().refused("compile_fail/source_must_stay");
//! }
//! ```

use std::path::Path;

mod compiler;
mod marks;
mod messages;

use marks::Mark;

/// The programs under `tests/` of the package that calls this.
#[macro_export]
macro_rules! cases {
    () => {
        $crate::Cases::new(
            ::core::env!("CARGO_TARGET_TMPDIR"),
            |path| ::trybuild::TestCases::new().compile_fail(path),
            |path| ::trybuild::TestCases::new().pass(path),
        )
    };
}

/// The programs under `tests/` of one package, and the way to the compiler. Made by [`cases!`].
///
/// Each method takes a program by its path in `tests/` without `.rs`, and panics with a message for the learner if the compiler
/// says something else than it should.
#[derive(Clone, Copy, Debug)]
pub struct Cases {
    scratch: &'static str,
    refuse: fn(&Path),
    run: fn(&Path),
}

/// One program.
struct Program {
    /// From the package's folder.
    path: String,
    source: String,
}

impl Program {
    #[track_caller]
    fn read(name: &str) -> Self {
        let path = format!("tests/{name}.rs");
        let source =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        Self { path, source }
    }
}

impl Cases {
    /// Not to be called but by [`cases!`]: `scratch` is a folder for files that come and go, and the two functions are trybuild's.
    #[must_use]
    pub const fn new(scratch: &'static str, refuse: fn(&Path), run: fn(&Path)) -> Self {
        Self {
            scratch,
            refuse,
            run,
        }
    }

    /// Requires that a program compiles. It is checked and not run.
    #[track_caller]
    pub fn accepted(self, name: &str) {
        if compiler::only_runs() {
            return;
        }
        let program = Program::read(name);
        if let Some(messages) = self.record(&program) {
            panic!(
                "{} should compile, but is refused:\n\n{messages}",
                program.path
            );
        }
    }

    /// Requires that a program compiles, and that it ends well when it is run.
    #[track_caller]
    pub fn runs(self, name: &str) {
        let Program { path, .. } = Program::read(name);
        if let Err(said) = self.try_to_run(&path) {
            panic!("{said}");
        }
    }

    /// Requires that a program is refused on the lines that say so, and on no other.
    #[track_caller]
    pub fn refused(self, name: &str) {
        if compiler::only_runs() {
            return;
        }
        let program = Program::read(name);
        let path = &program.path;
        let marks = Mark::all(&program.source);
        assert!(
            !marks.is_empty(),
            "{path}: no line says that it must be refused"
        );

        let recorded = self.record(&program).unwrap_or_default();
        let errors = messages::errors(&recorded);
        // An error elsewhere often keeps the compiler from looking any further, so it comes first.
        let stray = errors
            .iter()
            .find(|error| marks.iter().all(|mark| error.line != Some(mark.line)));
        match stray {
            Some(error) => match error.line {
                Some(line) => panic!(
                    "{path}, line {line}, should compile, but is refused:\n\n{}",
                    error.text
                ),
                None => panic!(
                    "{path} is refused at another place than it should be:\n\n{}",
                    error.text
                ),
            },
            None => {
                for mark in &marks {
                    mark.judge(path, &errors);
                }
            }
        }
    }

    /// Requires that a program is refused, with all these words in the first lines of the errors. Spaces do not count. `why` says why
    /// it must not compile.
    #[track_caller]
    pub fn refused_with(self, name: &str, words: &[&str], why: &str) {
        if compiler::only_runs() {
            return;
        }
        let program = Program::read(name);
        let path = &program.path;
        let Some(recorded) = self.record(&program) else {
            panic!("{path} compiles, but should not: {why}");
        };
        let headlines: Vec<&str> = messages::errors(&recorded)
            .iter()
            .map(|error| error.headline)
            .collect();
        let headlines = headlines.join("\n");
        let dense = |text: &str| text.replace(' ', "");
        for word in words {
            assert!(
                dense(&headlines).contains(&dense(word)),
                "{path} is refused, but the compiler's message leaves its reader alone: it should name `{word}`, and \
                 says\n\n{headlines}\n"
            );
        }
    }
}
