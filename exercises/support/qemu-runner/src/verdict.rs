//! What a boot's end is worth.

use crate::boot::Ended;
use crate::protocol::Ending;

/// Why `ended` is not what was wanted; an empty complaint if the firmware has said so itself.
pub(crate) fn complaint(ended: &Ended, wanted: Ending) -> Option<String> {
    let Some(code) = ended.status.code() else {
        return Some(format!("QEMU was ended by a signal ({})", ended.status));
    };
    let Some(word) = &ended.mark else {
        return Some(match code {
            1 => "the firmware ended without a verdict (exit code 1): either it ended itself \
                  before the test did, or QEMU gave up; see above"
                .into(),
            _ => format!(
                "the firmware ended itself before the test did (exit code {code}): that is no pass"
            ),
        });
    };
    match Ending::from_evidence(word, code) {
        Some(ending) if ending == wanted => None,
        Some(Ending::Passed | Ending::Listed) => Some(format!(
            "the firmware did something else than it was asked to: it {word}"
        )),
        Some(_) => Some(String::new()),
        None => Some(format!(
            "the firmware says `{word}` but ended with exit code {code}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::complaint;
    use crate::boot::Ended;
    use crate::protocol::Ending;
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    fn ended(mark: Option<&str>, code: i32) -> Ended {
        Ended {
            status: ExitStatus::from_raw(code << 8),
            mark: mark.map(str::to_owned),
            uart: Vec::new(),
            text: Vec::new(),
        }
    }

    #[test]
    fn a_pass_needs_the_mark_and_the_exit_code() {
        assert_eq!(complaint(&ended(Some("passed"), 70), Ending::Passed), None);
        assert!(complaint(&ended(None, 0), Ending::Passed).is_some());
        assert!(complaint(&ended(None, 70), Ending::Passed).is_some());
        assert!(complaint(&ended(Some("passed"), 0), Ending::Passed).is_some());
        assert!(complaint(&ended(Some("listed"), 71), Ending::Passed).is_some());
        assert!(complaint(&ended(Some("passed"), 70), Ending::Listed).is_some());
    }

    #[test]
    fn a_failure_that_the_firmware_explained_is_not_explained_again() {
        for (word, code) in [("failed", 101), ("faulted", 102), ("overdue", 104)] {
            let said = complaint(&ended(Some(word), code), Ending::Passed);
            assert_eq!(said.as_deref(), Some(""), "{word}");
        }
    }

    #[test]
    fn a_signal_is_told() {
        let killed = Ended {
            status: ExitStatus::from_raw(9),
            ..ended(None, 0)
        };
        let said = complaint(&killed, Ending::Passed).unwrap_or_default();
        assert!(said.contains("signal"), "{said}");
    }
}
