//! What programs answered, kept as long as their files don't change: starting fifteen programs to
//! ask for their versions would cost more than most verdicts.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::ending::ending;
use workbook_run::exec::{Cmd, Executor, Exit};

/// A program may take this long to tell its version.
const PATIENCE: Duration = Duration::from_secs(20);

/// Answers of programs, by what was asked.
#[derive(Debug)]
pub struct Answers {
    file: PathBuf,
    kept: RefCell<BTreeMap<String, Answer>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Answer {
    /// Size and time of change of the program asked, and of the files that the answer depends on.
    stamp: Vec<(u64, u64)>,
    text: String,
}

impl Answers {
    /// Those kept in `file`. A file that can't be read, or isn't ours, counts as empty.
    pub fn load(file: PathBuf) -> Self {
        let kept = std::fs::read(&file)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        Self {
            file,
            kept: RefCell::new(kept),
        }
    }

    /// What `program args` prints on standard output, or `None` if it can't be started or fails.
    pub fn ask(
        &self,
        exec: &dyn Executor,
        cmd: Cmd,
        program: &Path,
        context: &str,
        files: &[PathBuf],
    ) -> Option<String> {
        let cmd = cmd.timeout(PATIENCE);
        self.try_ask(exec, &cmd, program, context, files).ok()
    }

    /// The same with the time that `cmd` allows itself; the error is how it ended.
    ///
    /// `context` tells apart answers that depend on more than the program (a variable);
    /// `files` are those whose change makes an answer stale, beside the program itself.
    pub fn try_ask(
        &self,
        exec: &dyn Executor,
        cmd: &Cmd,
        program: &Path,
        context: &str,
        files: &[PathBuf],
    ) -> Result<String, String> {
        let key = format!("{} {context}", program.display());
        let stamp: Vec<_> = std::iter::once(program)
            .chain(files.iter().map(PathBuf::as_path))
            .map(stamp)
            .collect();
        if let Some(answer) = self
            .kept
            .borrow()
            .get(&key)
            .filter(|known| known.stamp == stamp)
        {
            return Ok(answer.text.clone());
        }
        let output = exec.run(cmd).map_err(|error| error.to_string())?;
        if output.exit != Exit::Code(0) {
            return Err(ending(cmd, &output));
        }
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        self.kept.borrow_mut().insert(
            key,
            Answer {
                stamp,
                text: text.clone(),
            },
        );
        self.save();
        Ok(text)
    }

    /// Keeps what is known for the next run. That this fails costs time, not correctness.
    fn save(&self) {
        let Some(folder) = self.file.parent() else {
            return;
        };
        let partial = self
            .file
            .with_extension(format!("{}.partial", std::process::id()));
        let written = std::fs::create_dir_all(folder)
            .and_then(|()| Ok(serde_json::to_vec_pretty(&*self.kept.borrow())?))
            .and_then(|bytes| std::fs::write(&partial, bytes))
            .and_then(|()| std::fs::rename(&partial, &self.file));
        if written.is_err() {
            let _ = std::fs::remove_file(&partial);
        }
    }
}

/// Size and time of change, in nanoseconds; zeroes for what isn't there.
pub fn stamp(path: &Path) -> (u64, u64) {
    let Ok(data) = path.metadata() else {
        return (0, 0);
    };
    let changed = data
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    (
        data.len(),
        changed.map_or(0, |since| {
            u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
        }),
    )
}
