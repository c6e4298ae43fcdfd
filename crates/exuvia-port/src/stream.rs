//! The end of what a child process writes.

use std::io::{Read, Write};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How many bytes of a stream's end are kept.
const KEPT: usize = 8192;

/// Reads a stream to its end in a thread of its own and keeps the last of it.
#[derive(Debug)]
pub(crate) struct Tail {
    kept: Arc<Mutex<Vec<u8>>>,
    reader: JoinHandle<()>,
}

impl Tail {
    /// Keeps the end of `stream`.
    pub(crate) fn quiet(stream: impl Read + Send + 'static) -> Self {
        Self::new(stream, false)
    }

    /// Keeps the end of `stream` and passes all of it on to standard error as it comes.
    pub(crate) fn passed_on(stream: impl Read + Send + 'static) -> Self {
        Self::new(stream, true)
    }

    fn new(mut stream: impl Read + Send + 'static, pass_on: bool) -> Self {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&kept);
        let reader = thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(count @ 1..) = stream.read(&mut buffer) {
                if pass_on {
                    // Nobody may be listening; the end is kept all the same.
                    let _ = std::io::stderr().write_all(&buffer[..count]);
                }
                if let Ok(mut kept) = shared.lock() {
                    kept.extend_from_slice(&buffer[..count]);
                    let surplus = kept.len().saturating_sub(KEPT);
                    kept.drain(..surplus);
                }
            }
        });
        Self { kept, reader }
    }

    /// The end of the stream as text, once it has ended. A grandchild may keep a stream open after the child's end: that is
    /// waited for no longer than a second.
    pub(crate) fn text(&self) -> String {
        let until = Instant::now() + Duration::from_secs(1);
        while !self.reader.is_finished() && Instant::now() < until {
            thread::sleep(Duration::from_millis(2));
        }
        let kept = self.kept.lock().map(|kept| kept.clone());
        String::from_utf8_lossy(&kept.unwrap_or_default()).into_owned()
    }

    /// The last line that is not blank.
    pub(crate) fn last_line(&self) -> Option<String> {
        let text = self.text();
        let last = text.lines().rfind(|line| !line.trim().is_empty());
        last.map(|line| line.trim().to_owned())
    }
}
