//! How the command speaks: colours where a terminal shows them, progress where a person waits, JSON where a program reads.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};
use exuvia_port::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::failure::Failure;

/// What went wrong.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// What is right.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// What needs a look.
pub(crate) const WARN: Style = AnsiColor::Yellow.on_default();
/// What to do next.
pub(crate) const HINT: Style = AnsiColor::Cyan.on_default().bold();
/// Headings of tables.
pub(crate) const HEADING: Style = Style::new().bold();
/// What matters least.
pub(crate) const DIM: Style = Style::new().dimmed();

/// Prints a failure to standard error, once.
pub(crate) fn print_failure(failure: &Failure) {
    let mut err = anstream::stderr().lock();
    if let Some(output) = &failure.output {
        _ = writeln!(err, "{}", output.trim_end());
    }
    _ = writeln!(err, "{ERROR}error:{ERROR:#} {}", failure.message);
    if let Some(hint) = &failure.hint {
        _ = writeln!(err, "{HINT}hint:{HINT:#} {hint}");
    }
}

/// Prints a line about what is done to standard error, terminal or not.
pub(crate) fn print_note(text: &str) {
    _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// Prints one JSON document to standard output.
pub(crate) fn print_json(document: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(document)
        .map_err(|error| Failure::new(format_args!("cannot write the report as JSON: {error}")))?;
    print_text(&format!("{text}\n"))
}

/// Prints to standard output, without escape codes where it is no terminal. A reader that has gone away is no error.
pub(crate) fn print_text(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::new(
            format_args!("cannot write to standard output: {error}"),
        )),
        _ => Ok(()),
    }
}

/// How long a step runs before its progress is shown.
const PATIENCE: Duration = Duration::from_secs(1);

/// A progress bar on standard error, shown only on a terminal and only for steps that take longer than a second.
#[derive(Default)]
pub(crate) struct Bar {
    step: Option<Step>,
}

struct Step {
    bar: ProgressBar,
    since: Instant,
    shown: bool,
    tick: std::sync::Arc<std::sync::atomic::AtomicBool>,
}

impl Step {
    fn show(&mut self) {
        if !self.shown && self.since.elapsed() >= PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.shown = true;
        }
    }
}

impl Progress for Bar {
    fn start(&mut self, what: &str, total: Option<u64>) {
        self.finish();
        if !std::io::stderr().is_terminal() {
            return;
        }
        let template = if total.is_some() {
            "{msg} {wide_bar} {pos}/{len}"
        } else {
            "{spinner} {msg} {elapsed}"
        };
        let style =
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar =
            ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden()).with_style(style);
        bar.set_message(what.to_owned());
        let tick = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
        if total.is_none() {
            // Nobody calls `advance` on a step without parts, so its spinner appears and turns by itself.
            let (bar, tick) = (bar.clone(), tick.clone());
            std::thread::spawn(move || {
                std::thread::sleep(PATIENCE);
                if tick.load(std::sync::atomic::Ordering::Acquire) {
                    bar.set_draw_target(ProgressDrawTarget::stderr());
                    bar.enable_steady_tick(Duration::from_millis(100));
                }
            });
        }
        self.step = Some(Step {
            bar,
            since: Instant::now(),
            shown: false,
            tick,
        });
    }

    fn advance(&mut self, parts: u64) {
        if let Some(step) = &mut self.step {
            step.show();
            step.bar.inc(parts);
        }
    }

    fn finish(&mut self) {
        if let Some(step) = self.step.take() {
            step.tick.store(false, std::sync::atomic::Ordering::Release);
            step.bar.finish_and_clear();
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.finish();
    }
}
