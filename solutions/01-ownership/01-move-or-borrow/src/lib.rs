//! A report on a service's log: the log itself, and what stands out in it.

/// A log with its response times, and what stands out in them.
#[derive(Debug, PartialEq, Eq)]
pub struct Report {
    /// The log, line by line.
    pub log: String,
    /// Response times in milliseconds, in the order in which they were measured.
    pub millis: Vec<u64>,
    /// How many lines of the log are errors.
    pub errors: usize,
    /// The length in bytes of the longest line of the log.
    pub longest: usize,
    /// The longest response time in milliseconds, if there is one.
    pub slowest: Option<u64>,
}

impl Report {
    /// Makes a report of `log` and `millis`, and keeps both: this is the one function here that must own
    /// them. It allocates nothing. Leave its signature as it is.
    pub fn new(log: String, millis: Vec<u64>) -> Self {
        let errors = count_errors(&log);
        let longest = longest_line(&log).len();
        let slowest = slowest(&millis);
        Self {
            log,
            millis,
            errors,
            longest,
            slowest,
        }
    }

    /// Ends the report and hands its log over to the caller, who owns it from then on. Allocates nothing.
    pub fn into_log(self) -> String {
        self.log
    }
}

/// Counts the lines of `log` that begin with `ERROR`. Looks at the log and leaves it to the caller.
pub fn count_errors(log: &str) -> usize {
    log.lines().filter(|line| line.starts_with("ERROR")).count()
}

/// Returns the longest line of `log`, without its line break; the first of them if several are equally long,
/// and the empty string if there is no line. What it returns is a part of `log`, not a copy.
pub fn longest_line(log: &str) -> &str {
    let mut longest = "";
    for line in log.lines() {
        if line.len() > longest.len() {
            longest = line;
        }
    }
    longest
}

/// Returns the largest of `millis`, or `None` if there is none. Looks at the times and leaves them to the caller.
pub fn slowest(millis: &[u64]) -> Option<u64> {
    millis.iter().copied().max()
}
