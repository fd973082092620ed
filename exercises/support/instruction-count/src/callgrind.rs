//! Reads the totals of a profile that callgrind wrote.
//!
//! The format is described at <https://valgrind.org/docs/manual/cl-format.html>. Two lines matter here: `events:`
//! names the columns, and `summary:` has a number for each. Zeros at the end of a line may be left out.

use crate::Cost;

/// The totals in `profile`, or nothing when it has none.
pub(crate) fn parse(profile: &str) -> Option<Cost> {
    let line = |key: &str| profile.lines().find_map(|line| line.strip_prefix(key));
    let events: Vec<&str> = line("events:")?.split_whitespace().collect();
    let totals = line("summary:").or_else(|| line("totals:"))?;
    let totals: Vec<u64> = totals
        .split_whitespace()
        .map(str::parse)
        .collect::<Result<_, _>>()
        .ok()?;
    if totals.len() > events.len() || !events.contains(&"Ir") {
        return None;
    }
    let sum = |names: &[&str]| {
        events
            .iter()
            .zip(&totals)
            .filter(|(event, _)| names.contains(*event))
            .map(|(_, total)| total)
            .sum()
    };
    Some(Cost {
        instructions: sum(&["Ir"]),
        branches: sum(&["Bc"]),
        mispredicted: sum(&["Bcm", "Bim"]),
        accesses: sum(&["Dr", "Dw"]),
        l1_misses: sum(&["D1mr", "D1mw"]),
        memory_misses: sum(&["DLmr", "DLmw"]),
    })
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::Cost;

    const EVENTS: &str = "events: Ir Dr Dw I1mr D1mr D1mw ILmr DLmr DLmw Bc Bcm Bi Bim\n";

    #[test]
    fn reads_each_column() {
        let cost = parse(&format!(
            "version: 1\n{EVENTS}summary: 100 20 3 9 4 5 9 1 2 30 6 9 7\n\nfn=(1) main\n"
        ));
        let expected = Cost {
            instructions: 100,
            branches: 30,
            mispredicted: 13,
            accesses: 23,
            l1_misses: 9,
            memory_misses: 3,
        };
        assert_eq!(cost, Some(expected));
    }

    #[test]
    fn zeros_at_the_end_may_be_missing() {
        let cost = parse(&format!("{EVENTS}summary: 7\n")).unwrap();
        assert_eq!(
            cost,
            Cost {
                instructions: 7,
                ..Cost::default()
            }
        );
    }

    #[test]
    fn refuses_what_is_no_profile() {
        for text in [
            "",
            "summary: 1\n",
            EVENTS,
            "events: Ir\nsummary: 1 2\n",
            "events: Ir\nsummary: many\n",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
