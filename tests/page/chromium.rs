//! Chromium, driven over pipes by its DevTools protocol: messages of JSON that end with a zero byte.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// How long an answer may take: a browser starts slowly on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A browser with one page.
pub(crate) struct Browser {
    child: Child,
    orders: ChildStdin,
    messages: Receiver<Value>,
    /// The session of the page.
    session: Option<String>,
    last: u64,
    /// The addresses that the page has requested.
    pub(crate) requests: Vec<String>,
    /// How often a page was loaded.
    loaded: usize,
    _profile: TempDir,
}

impl Browser {
    /// Starts it. Gives why not where there is none.
    pub(crate) fn start() -> Result<Self, String> {
        let found = Command::new("chromium").arg("--version").output();
        if let Err(error) = found {
            return Err(format!("chromium: {error}"));
        }
        let profile = tempfile::tempdir().expect("a folder");
        // It reads orders from descriptor 3 and writes to 4. Names are not looked up: it has requests of its own.
        let mut child = Command::new("sh")
            .args([
                "-c",
                "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1",
                "sh",
            ])
            .args(["chromium", "--headless", "--no-sandbox", "--disable-gpu"])
            .args(["--no-first-run", "--disable-background-networking"])
            .args([
                "--host-resolver-rules=MAP * ~NOTFOUND",
                "--remote-debugging-pipe",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let orders = child.stdin.take().expect("a pipe");
        let mut answers = BufReader::new(child.stdout.take().expect("a pipe"));
        let (sender, messages) = channel();
        thread::spawn(move || {
            let mut bytes = Vec::new();
            while answers
                .read_until(0, &mut bytes)
                .is_ok_and(|count| count > 0)
            {
                let message = serde_json::from_slice(bytes.strip_suffix(&[0]).unwrap_or(&bytes));
                if message.is_ok_and(|message| sender.send(message).is_err()) {
                    break;
                }
                bytes.clear();
            }
        });
        let mut browser = Self {
            child,
            orders,
            messages,
            session: None,
            last: 0,
            requests: Vec::new(),
            loaded: 0,
            _profile: profile,
        };
        browser.open_page();
        Ok(browser)
    }

    fn open_page(&mut self) {
        let target = self.ask("Target.createTarget", json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = self.ask("Target.attachToTarget", attach);
        self.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page.enable", "Network.enable", "Runtime.enable"] {
            self.ask(domain, json!({}));
        }
    }

    /// Gives an order and waits for its result.
    #[track_caller]
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Value {
        self.last += 1;
        let mut order = json!({ "id": self.last, "method": method, "params": params });
        if let Some(session) = &self.session {
            order["sessionId"] = json!(session);
        }
        write!(self.orders, "{order}\0").expect("the browser reads");
        self.orders.flush().expect("the browser reads");
        loop {
            let message = self.message();
            if message["id"] == self.last {
                assert!(message["error"].is_null(), "{method}: {message}");
                return message["result"].clone();
            }
        }
    }

    /// The next message; what it says of the page is noted.
    #[track_caller]
    fn message(&mut self) -> Value {
        let message = self.messages.recv_timeout(PATIENCE);
        let message = message.expect("the browser answers");
        if message["method"] == "Network.requestWillBeSent" {
            let url = message["params"]["request"]["url"].as_str();
            self.requests.push(url.unwrap_or_default().to_owned());
        }
        self.loaded += usize::from(message["method"] == "Page.loadEventFired");
        message
    }

    /// Opens a file and waits until it is loaded.
    pub(crate) fn open(&mut self, file: &Path) {
        let before = self.loaded;
        let url = format!("file://{}", file.display());
        self.ask("Page.navigate", json!({ "url": url }));
        while self.loaded == before {
            self.message();
        }
    }

    /// The value of an expression in the page.
    #[track_caller]
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        let params = json!({ "expression": expression, "returnByValue": true });
        self.ask("Runtime.evaluate", params)["result"]["value"].clone()
    }

    /// Waits until an expression has a value.
    #[track_caller]
    pub(crate) fn until(&mut self, expression: &str, wanted: &Value) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let value = self.value(expression);
            if value == *wanted {
                return;
            }
            assert!(
                Instant::now() < deadline,
                "{expression} is {value} and not {wanted}"
            );
        }
    }

    /// Presses and releases a key.
    pub(crate) fn press(&mut self, key: &str) {
        for kind in ["keyDown", "keyUp"] {
            let params = json!({ "type": kind, "key": key, "code": key });
            self.ask("Input.dispatchKeyEvent", params);
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It ends when it is killed, or has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
