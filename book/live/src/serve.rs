//! `book serve`: the book on this machine only, rebuilt and reloaded when a file changes.

use std::{
    fs,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock, mpsc},
    thread,
    time::Duration,
};

use anyhow::anyhow;
use notify::{RecursiveMode, Watcher};
use tiny_http::{Header, Request, Response, Server};

use crate::{folders::Folders, includes, print, problem::Failure, render};

/// Editors write a file in several steps; what comes within this time is one change.
const DEBOUNCE: Duration = Duration::from_millis(40);

/// How long a page waits for news before it asks again.
const POLL: Duration = Duration::from_secs(25);

/// What the threads share.
struct Site {
    output: PathBuf,
    /// Held for writing during a build, so that no half-rendered page is served.
    files: RwLock<()>,
    /// Counts the builds.
    build: Mutex<u64>,
    rebuilt: Condvar,
}

/// Serves until the process is ended.
pub(crate) fn serve(folders: &Folders, port: u16, open: bool) -> Result<(), Failure> {
    render::build(folders)?;
    let server = Server::http((Ipv4Addr::LOCALHOST, port)).map_err(|error| {
        anyhow!("failed to listen on 127.0.0.1:{port}: {error}; try `--port 0`")
    })?;
    let address = server
        .server_addr()
        .to_ip()
        .ok_or_else(|| anyhow!("failed to listen on an address"))?;
    let site = Arc::new(Site {
        output: folders.output(),
        files: RwLock::default(),
        build: Mutex::default(),
        rebuilt: Condvar::new(),
    });
    watch(folders.clone(), Arc::clone(&site))?;
    print::line(format_args!(
        "the book is at http://{address} (Ctrl-C ends it)"
    ));
    if open && let Err(error) = open::that_detached(format!("http://{address}")) {
        print::note(format_args!("failed to open a browser: {error}"));
    }
    for request in server.incoming_requests() {
        let site = Arc::clone(&site);
        thread::spawn(move || site.answer(request));
    }
    Ok(())
}

fn watch(folders: Folders, site: Arc<Site>) -> Result<(), Failure> {
    let (sender, changes) = mpsc::channel();
    let report = |error| anyhow!("failed to watch the book's files: {error}");
    let mut watcher = notify::recommended_watcher(sender).map_err(report)?;
    for dir in [
        "book/src",
        "book/facts",
        "book/theme",
        "book/book.toml",
        "exercises",
        "solutions",
    ] {
        let path = folders.root.join(dir);
        if path.exists() {
            watcher
                .watch(&path, RecursiveMode::Recursive)
                .map_err(report)?;
        }
    }
    thread::spawn(move || {
        // Dropping the watcher would end the watch.
        let _watcher = watcher;
        while let Ok(first) = changes.recv() {
            let mut is_change = matters(&first);
            while let Ok(event) = changes.recv_timeout(DEBOUNCE) {
                is_change |= matters(&event);
            }
            if is_change {
                site.rebuild(&folders);
            }
        }
    });
    Ok(())
}

fn matters(event: &notify::Result<notify::Event>) -> bool {
    event.as_ref().is_ok_and(|event| !event.kind.is_access())
}

impl Site {
    fn rebuild(&self, folders: &Folders) {
        let result = {
            let _alone = self.files.write().unwrap_or_else(PoisonError::into_inner);
            render::build(folders)
        };
        match result {
            Ok(_) => {
                *self.builds() += 1;
                self.rebuilt.notify_all();
                print::line("rebuilt");
            }
            Err(failure) => print::note(failure),
        }
    }

    fn builds(&self) -> MutexGuard<'_, u64> {
        self.build.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers one request; a reader who has gone is no error.
    fn answer(&self, request: Request) {
        let url = request.url().to_owned();
        let response = match url.strip_prefix("/.reload?after=") {
            Some(after) => Response::from_data(self.wait(after.parse().unwrap_or(0)).to_string()),
            None => self.page(url.split(['?', '#']).next().unwrap_or_default()),
        };
        let _gone = request.respond(response);
    }

    /// Waits until there has been a build other than `after`; returns the newest one's number.
    fn wait(&self, after: u64) -> u64 {
        let waited = self
            .rebuilt
            .wait_timeout_while(self.builds(), POLL, |build| *build == after);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn page(&self, path: &str) -> Response<std::io::Cursor<Vec<u8>>> {
        let build = *self.builds();
        let _still = self.files.read().unwrap_or_else(PoisonError::into_inner);
        let found =
            includes::normalise(Path::new(path.trim_start_matches('/'))).and_then(|relative| {
                let file = self.output.join(relative);
                let file = if file.is_dir() {
                    file.join("index.html")
                } else {
                    file
                };
                Some((fs::read(&file).ok()?, content_type(&file)))
            });
        let missing = || {
            (
                fs::read(self.output.join("404.html")).unwrap_or_default(),
                "text/html; charset=utf-8",
            )
        };
        let status = if found.is_some() { 200 } else { 404 };
        let (mut body, kind) = found.unwrap_or_else(missing);
        if kind.starts_with("text/html") {
            body.extend(reload_script(build).into_bytes());
        }
        let mut response = Response::from_data(body).with_status_code(status);
        for (name, value) in [("Content-Type", kind), ("Cache-Control", "no-store")] {
            if let Ok(header) = Header::from_bytes(name, value) {
                response.add_header(header);
            }
        }
        response
    }
}

/// A script that waits for the next build and loads the page anew.
fn reload_script(build: u64) -> String {
    format!(
        "<script>(async () => {{ for (;;) {{ try {{ \
         const now = await (await fetch('/.reload?after={build}')).text(); \
         if (now !== '{build}') return location.reload(); \
         }} catch {{ await new Promise(done => setTimeout(done, 1000)); }} }} }})();</script>"
    )
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("wasm") => "application/wasm",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
