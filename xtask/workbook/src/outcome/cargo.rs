//! What cargo says on `--message-format=json-diagnostic-rendered-ansi`.

use std::path::PathBuf;

use serde::Deserialize;

use super::CompileError;

/// One build, as cargo told it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BuildOutput {
    /// What was built, or was fresh.
    pub artifacts: Vec<Artifact>,
    /// What the compiler said, in order of appearance.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether all went well; `None` if cargo ended before it could say.
    pub success: Option<bool>,
}

/// A library, binary or test executable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Cargo's id of its package.
    pub package_id: String,
    /// The package's name.
    pub package: String,
    /// The target's name: the library's, or the test file's.
    pub target: String,
    /// `lib`, `bin`, `test`, `proc-macro`, ….
    pub kind: Vec<String>,
    /// Whether it was built with the test harness.
    pub test: bool,
    /// The executable, where there is one.
    pub executable: Option<PathBuf>,
    /// All files that it consists of.
    pub files: Vec<PathBuf>,
}

/// Something that the compiler said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The package's name.
    pub package: String,
    /// `error`, `warning`, `failure-note`, ….
    pub level: String,
    /// `E0382`, or a lint's name.
    pub code: Option<String>,
    /// As rustc shows it, with colour escapes.
    pub rendered: String,
    /// Its first line, without the code.
    pub message: String,
}

impl Diagnostic {
    /// Whether it stops the build and says why: the summary that rustc ends with doesn't.
    pub fn is_error(&self) -> bool {
        // An internal compiler error has the level "error: internal compiler error".
        self.level.starts_with("error") && !self.message.starts_with("aborting due to ")
    }
}

impl BuildOutput {
    /// The compiler's errors in `package`, or `None` if there are none.
    pub fn compile_error(&self, package: &str) -> Option<CompileError> {
        let mut codes: Vec<String> = Vec::new();
        let mut rendered = String::new();
        for diagnostic in self
            .errors()
            .filter(|diagnostic| diagnostic.package == package)
        {
            // A library is compiled twice, with and without its tests, and complains twice.
            if rendered.contains(&diagnostic.rendered) {
                continue;
            }
            rendered.push_str(&diagnostic.rendered);
            if let Some(code) = &diagnostic.code
                && !codes.contains(code)
            {
                codes.push(code.clone());
            }
        }
        (!rendered.is_empty()).then_some(CompileError { codes, rendered })
    }

    /// The errors, in the order in which cargo told them.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.is_error())
    }
}

#[derive(Deserialize)]
#[serde(tag = "reason")]
enum Message {
    #[serde(rename = "compiler-artifact")]
    Artifact {
        package_id: String,
        target: Target,
        profile: TestProfile,
        executable: Option<PathBuf>,
        #[serde(default)]
        filenames: Vec<PathBuf>,
    },
    #[serde(rename = "compiler-message")]
    Diagnostic {
        package_id: String,
        message: CompilerMessage,
    },
    #[serde(rename = "build-finished")]
    Finished { success: bool },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

#[derive(Deserialize)]
struct TestProfile {
    test: bool,
}

#[derive(Deserialize)]
struct CompilerMessage {
    level: String,
    code: Option<Code>,
    rendered: Option<String>,
    message: String,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

/// Reads cargo's messages, one a line; what is none is passed over.
pub fn parse(stdout: &[u8]) -> BuildOutput {
    let mut output = BuildOutput::default();
    for line in stdout
        .split(|&byte| byte == b'\n')
        .filter(|line| line.starts_with(b"{"))
    {
        if let Ok(message) = serde_json::from_slice(line) {
            output.add(message);
        }
    }
    output
}

impl BuildOutput {
    fn add(&mut self, message: Message) {
        match message {
            Message::Artifact {
                package_id,
                target,
                profile,
                executable,
                filenames,
            } => {
                self.artifacts.push(Artifact {
                    package: package_name(&package_id).to_owned(),
                    package_id,
                    target: target.name,
                    kind: target.kind,
                    test: profile.test,
                    executable,
                    files: filenames,
                });
            }
            Message::Diagnostic {
                package_id,
                message,
            } => self.diagnostics.push(Diagnostic {
                package: package_name(&package_id).to_owned(),
                level: message.level,
                code: message.code.map(|code| code.code),
                rendered: message.rendered.unwrap_or_default(),
                message: message.message,
            }),
            Message::Finished { success } => self.success = Some(success),
            Message::Other => {}
        }
    }
}

/// The name in one of cargo's package ids: `…/folder#name@1.0.0`, `…/name#1.0.0`, or, before
/// cargo 1.77, `name 1.0.0 (…)`.
pub fn package_name(id: &str) -> &str {
    let Some((url, fragment)) = id.rsplit_once('#') else {
        return id.split(' ').next().unwrap_or(id);
    };
    if let Some((name, _version)) = fragment.split_once('@') {
        return name;
    }
    if !fragment.starts_with(|c: char| c.is_ascii_digit()) {
        return fragment;
    }
    let path = url.split('?').next().unwrap_or(url).trim_end_matches('/');
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests;
