//! The lines of wasm-bindgen's test harness.

/// What the harness says of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Ok,
    Fail,
    Ignored,
}

/// How many tests ended in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    ok: usize,
    fail: usize,
    ignored: usize,
}

/// All that the harness said, or seems to have said.
#[derive(Debug, Default)]
pub(super) struct Transcript {
    /// How many tests it announced.
    pub(super) announced: Option<usize>,
    announcements: usize,
    verdicts: Vec<(String, Word)>,
    summaries: Vec<Counts>,
    blocks: Vec<(String, String)>,
}

impl Transcript {
    /// Reads the harness's lines: those that begin with `mark`, if there is one, or else all.
    pub(super) fn read(stdout: &str, mark: Option<&str>) -> Self {
        let mut transcript = Self::default();
        let mut block: Option<(String, String)> = None;
        for line in stdout.lines() {
            let Some(line) = mark.map_or(Some(line), |mark| line.strip_prefix(mark)) else {
                continue;
            };
            if let Some((_, text)) = block.as_mut()
                && (line.is_empty() || line.starts_with("    "))
            {
                text.push_str(line.get(4..).unwrap_or_default());
                text.push('\n');
                continue;
            }
            transcript.blocks.extend(block.take());
            block = block_header(line).map(|name| (name.to_owned(), String::new()));
            transcript.read_line(line);
        }
        transcript.blocks.extend(block);
        transcript
    }

    fn read_line(&mut self, line: &str) {
        if let Some(count) = announcement(line) {
            self.announcements += 1;
            self.announced = Some(count);
        } else if let Some(counts) = summary(line) {
            self.summaries.push(counts);
        } else if let Some((name, word)) = verdict(line) {
            self.verdicts.push((name.to_owned(), word));
        }
    }

    /// Each test that there is a verdict on, once, in order.
    pub(super) fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for (name, _) in &self.verdicts {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }

    /// All verdicts on a test.
    pub(super) fn words(&self, test: &str) -> Vec<Word> {
        self.verdicts
            .iter()
            .filter(|(name, _)| name == test)
            .map(|(_, word)| *word)
            .collect()
    }

    /// The output of a test that failed.
    pub(super) fn block(&self, test: &str) -> Option<&str> {
        self.blocks
            .iter()
            .find(|(name, _)| name == test)
            .map(|(_, text)| text.as_str())
    }

    /// Whether there is one announcement, one verdict on each test that was expected and on no
    /// other, and one summary, and they agree.
    pub(super) fn adds_up(&self, expected: &[String]) -> bool {
        let names = self.names();
        let of = |word| {
            self.verdicts
                .iter()
                .filter(|(_, said)| *said == word)
                .count()
        };
        let counts = Counts {
            ok: of(Word::Ok),
            fail: of(Word::Fail),
            ignored: of(Word::Ignored),
        };
        self.announcements == 1
            && self.announced == Some(self.verdicts.len())
            && names.len() == self.verdicts.len()
            && self.summaries == [counts]
            && expected.len() == names.len()
            && expected.iter().all(|test| names.contains(&test.as_str()))
    }
}

/// `running 3 tests`.
fn announcement(line: &str) -> Option<usize> {
    let (count, noun) = line.strip_prefix("running ")?.split_once(' ')?;
    if matches!(noun, "test" | "tests") {
        count.parse().ok()
    } else {
        None
    }
}

/// `test result: ok. 1 passed; 0 failed; 1 ignored; 0 filtered out; finished in 0.00s`.
fn summary(line: &str) -> Option<Counts> {
    let (result, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let count = |noun: &str| -> Option<usize> {
        counts
            .split("; ")
            .find_map(|part| part.strip_suffix(noun))?
            .parse()
            .ok()
    };
    let counts = Counts {
        ok: count(" passed")?,
        fail: count(" failed")?,
        ignored: count(" ignored")?,
    };
    ((result == "ok") == (counts.fail == 0)).then_some(counts)
}

/// `test NAME ... ok`, `… FAIL`, `… ignored, because`.
fn verdict(line: &str) -> Option<(&str, Word)> {
    let (name, word) = line.strip_prefix("test ")?.split_once(" ... ")?;
    let word = match word {
        "ok" => Word::Ok,
        "FAIL" => Word::Fail,
        _ if word == "ignored" || word.starts_with("ignored, ") => Word::Ignored,
        _ => return None,
    };
    is_name(name).then_some((name, word))
}

/// `---- NAME output ----`.
fn block_header(line: &str) -> Option<&str> {
    line.strip_prefix("---- ")?
        .strip_suffix(" output ----")
        .filter(|name| is_name(name))
}

/// Whether `text` can be a test's path: `inner::nested`.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_whitespace)
}
