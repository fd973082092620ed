//! What the workbook set out to teach, and which exercises teach it: the rows that a manifest's
//! `covers` may name.

/// Rows that belong together.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// Its heading.
    pub title: &'static str,
    /// Its rows, in the book's order.
    pub rows: &'static [Row],
}

/// One thing to teach.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Its name in a manifest: `S4`, `area:network`, `review:security`.
    pub key: &'static str,
    /// What it is about.
    pub title: &'static str,
}

impl Row {
    /// The name without the group's prefix, as people read it.
    pub fn name(&self) -> &'static str {
        short(self.key)
    }
}

/// A row's name without its group: `security` for `review:security`.
pub fn short(key: &str) -> &str {
    key.split_once(':').map_or(key, |(_, name)| name)
}

/// Every row there is.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    GROUPS.iter().flat_map(|group| group.rows)
}

const fn row(key: &'static str, title: &'static str) -> Row {
    Row { key, title }
}

/// All groups, in the order in which the book shows them.
pub const GROUPS: [Group; 3] = [
    Group {
        title: "Sections of the course",
        rows: &[
            row("S4", "Memory: shared ownership across threads"),
            row("S5", "Errors: types, sources and reports"),
            row("S6", "Generics and traits, asynchronous ones too"),
            row("S7", "Unsafe code: foreign functions and allocators"),
            row("S8", "Macros by example and derive macros"),
            row("S9", "WebAssembly: classes and components"),
            row("S10", "Embedded: interrupts, timers and drivers"),
            row("S11", "Performance: vectors, branches and cache lines"),
            row(
                "S12",
                "Testing: properties, benchmarks and asynchronous tests",
            ),
            row("S13", "Graphical interfaces: immediate mode and commands"),
        ],
    },
    Group {
        title: "Special areas",
        rows: &[
            row("area:systems", "Event loops and drivers"),
            row("area:network", "Framing, protocols and kernel queues"),
            row("area:database", "Repositories, transactions and queries"),
            row(
                "area:security",
                "Passwords, sealed streams and certificates",
            ),
        ],
    },
    Group {
        title: "The code review's checklist",
        rows: &[
            row("review:ownership", "Who owns, who borrows, who frees"),
            row(
                "review:error-handling",
                "Every failure has a type and a way out",
            ),
            row("review:thread-safety", "What threads share, they may share"),
            row("review:performance", "Costs are known and counted"),
            row(
                "review:documentation",
                "What callers must know is written down",
            ),
            row("review:test-coverage", "Tests that would notice"),
            row("review:security", "Untrusted input, secrets and limits"),
            row("review:portability", "Other targets, other byte orders"),
        ],
    },
];
