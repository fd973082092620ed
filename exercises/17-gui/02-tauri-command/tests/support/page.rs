//! The page's half of the program: it calls commands over Tauri's IPC, and waits for their promises. Tauri's mock runtime has no window; all
//! between the call and the answer is Tauri itself.

use std::{
    sync::{
        Arc, OnceLock,
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

use gui_tauri_command::{Archive, build};
use serde_json::Value;
use tauri::{
    App, WebviewWindow, WebviewWindowBuilder,
    ipc::{CallbackFn, InvokeBody, InvokeResponse},
    test::{INVOKE_KEY, MockRuntime, mock_builder, mock_context, noop_assets},
    webview::InvokeRequest,
};
use tokio::runtime::{self, Runtime};

/// How long anything here may take. All of it is a matter of milliseconds: what takes longer will never end.
pub const LIMIT: Duration = Duration::from_secs(5);

/// A program with one window.
pub struct Page {
    // The window needs it.
    _app: App<MockRuntime>,
    window: WebviewWindow<MockRuntime>,
}

/// An answer that may be still to come.
pub struct Promise {
    command: String,
    answer: Receiver<InvokeResponse>,
}

impl Page {
    /// Starts the program.
    #[track_caller]
    pub fn open(archive: impl Archive) -> Self {
        one_thread();
        let context = mock_context(noop_assets());
        let app = match build(mock_builder(), context, Arc::new(archive)) {
            Ok(app) => app,
            Err(error) => panic!("the program did not start: {error:?}"),
        };
        let window = WebviewWindowBuilder::new(&app, "main", Default::default())
            .build()
            .expect("a window that nobody sees");
        Self { _app: app, window }
    }

    /// Calls a command, as `invoke(command, arguments)` does in JavaScript, and returns when Tauri has taken the call. A thread stands in for the
    /// one that runs the program's windows.
    #[track_caller]
    pub fn call(&self, command: &str, arguments: Value) -> Promise {
        let (responder, answer) = mpsc::channel();
        let (taken, is_taken) = mpsc::channel();
        let webview = self.window.as_ref().clone();
        let request = InvokeRequest {
            cmd: command.to_owned(),
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: "tauri://localhost".parse().expect("a URL"),
            body: InvokeBody::Json(arguments),
            headers: Default::default(),
            invoke_key: INVOKE_KEY.to_owned(),
        };
        thread::spawn(move || {
            let respond = move |_, _, response, _, _| {
                // Nobody listens any more if the test has failed.
                let _ = responder.send(response);
            };
            webview.on_message(request, Box::new(respond));
            let _ = taken.send(());
        });
        match is_taken.recv_timeout(LIMIT) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => panic!(
                "`{command}` has not returned after {LIMIT:?}: the thread of the windows is blocked, and the program frozen"
            ),
            Err(RecvTimeoutError::Disconnected) => {
                panic!("`{command}` panicked on the thread of the windows")
            }
        }
        Promise {
            command: command.to_owned(),
            answer,
        }
    }

    /// Calls a command and waits for its promise: `Ok` if it was resolved, `Err` if it was rejected.
    #[track_caller]
    pub fn invoke(&self, command: &str, arguments: Value) -> Result<Value, Value> {
        self.call(command, arguments).settled()
    }
}

impl Promise {
    /// Waits for the answer.
    #[track_caller]
    pub fn settled(self) -> Result<Value, Value> {
        let command = self.command;
        match self.answer.recv_timeout(LIMIT) {
            Ok(InvokeResponse::Ok(body)) => Ok(body.deserialize().expect("JSON")),
            Ok(InvokeResponse::Err(error)) => Err(error.0),
            Err(RecvTimeoutError::Timeout) => {
                panic!("the promise of `{command}` is not settled after {LIMIT:?}")
            }
            Err(RecvTimeoutError::Disconnected) => panic!(
                "the promise of `{command}` will never be settled: the command is gone, and has not answered"
            ),
        }
    }
}

/// Gives Tauri an async runtime with a single thread for its tasks. On a machine with sixteen cores, it takes sixteen blocking commands to
/// stop everything; here it takes one.
fn one_thread() {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let mut builder = runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime for the test");
        tauri::async_runtime::set(runtime.handle().clone());
        runtime
    });
}
