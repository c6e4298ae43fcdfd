//! Replays the calls of one function in a process that may hang or die.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::{CheckError, CheckedFunction, Difference, MOST_DIFFERENCES};
use crate::python_side::{PartError, PythonSide};
use crate::stream::Tail;
use crate::{FunctionName, Interpreter, Progress, Project, record};

/// How long one call may take.
const CALL: Duration = Duration::from_secs(10);
/// How long importing the project and loading the recording may take.
const START: Duration = Duration::from_secs(60);
/// How many variations of recorded calls are tried.
const GENERATED: u64 = 200;
/// How long the twin may take for a variation, in seconds; it is not tried on the port if it takes longer.
const GENERATED_SECONDS: f64 = 0.3;
/// How long all variations together may take.
const ALL_GENERATED: Duration = Duration::from_secs(15);
/// Address space of the replaying process: a variation may ask for any amount of memory.
const MEMORY: u64 = 8 << 30;
/// How many processes may die before no more are started: the port then differs in that many calls already.
const MOST_DEATHS: u64 = 20;

/// One function to replay.
pub(super) struct Replay<'a> {
    pub(super) project: &'a Project,
    pub(super) interpreter: &'a Interpreter,
    pub(super) side: &'a PythonSide,
    pub(super) name: &'a FunctionName,
    pub(super) limit: Duration,
}

/// What `python/exuvia/replay.py` is asked.
#[derive(Serialize)]
struct Order<'a> {
    root: &'a Path,
    function: &'a FunctionName,
    recording: &'a Path,
    first: u64,
    generated: u64,
    generated_seconds: f64,
    memory: u64,
}

/// What it says.
#[derive(Debug, Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
enum Event {
    Ready {
        recorded: u64,
        total: u64,
    },
    Twin {
        index: u64,
        #[serde(default)]
        call: String,
    },
    Port {
        index: u64,
        #[serde(default)]
        call: String,
    },
    Done(Done),
    Problem {
        kind: String,
        text: String,
    },
    End,
}

#[derive(Debug, Default, Deserialize)]
struct Done {
    index: u64,
    generated: bool,
    #[serde(default)]
    equal: bool,
    difference: Option<Difference>,
    unstable: Option<String>,
    skipped: Option<String>,
    #[serde(default)]
    handed_over: bool,
    #[serde(default)]
    unlike_recording: bool,
}

/// Which implementation runs, in which call.
#[derive(Debug, Clone, PartialEq, Eq)]
enum At {
    Nothing,
    Twin(u64, String),
    Port(u64, String),
}

/// How a process came to its end.
enum Ended {
    /// All calls are done.
    Through,
    /// It hung or died; another goes on with this call.
    GoOn(u64),
}

impl Replay<'_> {
    /// Replays all calls, in as many processes as it takes.
    pub(super) fn run(&self, progress: &mut dyn Progress) -> Result<CheckedFunction, CheckError> {
        let file = record::file(self.project, self.name);
        if !file.is_file() {
            let name = self.name.clone();
            return Err(CheckError::NotRecorded { name, file });
        }
        let mut result = CheckedFunction {
            name: self.name.clone(),
            recorded: 0,
            equal: 0,
            handed_over: 0,
            generated: 0,
            generated_equal: 0,
            generated_handed_over: 0,
            draft: false,
            drifted: false,
            deterministic: true,
            unstable: None,
            unlike_recording: 0,
            different: 0,
            differences: Vec::new(),
        };
        progress.start(&format!("replaying {}", self.name), None);
        let clock = Clock {
            began: Instant::now(),
            limit: self.limit,
            generated: None,
        };
        let through = self.all(&mut result, clock, progress);
        progress.finish();
        result
            .differences
            .sort_by_key(|difference| (difference.generated, difference.call.chars().count()));
        result.differences.truncate(MOST_DIFFERENCES);
        through.map(|()| result)
    }

    fn all(
        &self,
        result: &mut CheckedFunction,
        mut clock: Clock,
        progress: &mut dyn Progress,
    ) -> Result<(), CheckError> {
        let (mut first, mut deaths) = (0, 0);
        loop {
            let mut process = Process::start(self, first)?;
            let ended = self.follow(&mut process, result, &mut clock, progress);
            process.kill();
            match ended? {
                Ended::Through => return Ok(()),
                Ended::GoOn(next) => first = next,
            }
            deaths += 1;
            if deaths == MOST_DEATHS {
                return Ok(());
            }
        }
    }

    /// Takes in what one process says until it ends.
    fn follow(
        &self,
        process: &mut Process,
        result: &mut CheckedFunction,
        clock: &mut Clock,
        progress: &mut dyn Progress,
    ) -> Result<Ended, CheckError> {
        let mut at = At::Nothing;
        loop {
            let patience = if at == At::Nothing { START } else { CALL };
            match process.events.recv_timeout(patience.min(self.limit)) {
                Ok(Event::Ready { recorded, total }) => {
                    result.recorded = recorded;
                    let _ = total;
                }
                Ok(Event::Twin { index, call }) => {
                    if index >= result.recorded && clock.generated_is_over() {
                        return Ok(Ended::Through);
                    }
                    if index < result.recorded && clock.is_over() {
                        // What is known to differ matters more than what is not known yet.
                        if !result.differences.is_empty() {
                            return Ok(Ended::Through);
                        }
                        return Err(CheckError::TooLong {
                            name: self.name.clone(),
                            done: index,
                            total: result.recorded,
                            limit: self.limit,
                        });
                    }
                    at = At::Twin(index, call);
                }
                Ok(Event::Port { index, call }) => at = At::Port(index, call),
                Ok(Event::Done(done)) => {
                    progress.advance(1);
                    let index = done.index;
                    at = At::Nothing;
                    take(result, done).map_err(|reason| CheckError::Twin {
                        name: self.name.clone(),
                        number: index + 1,
                        how: format!("cannot be called: {reason}"),
                    })?;
                }
                Ok(Event::Problem { kind, text }) => return Err(self.problem(&kind, text)),
                Ok(Event::End) => return Ok(Ended::Through),
                Err(RecvTimeoutError::Timeout) => {
                    let how = format!(
                        "takes longer than {} seconds",
                        patience.min(self.limit).as_secs()
                    );
                    return self.died(result, at, "time", how);
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let how = format!("ends the process: {}", process.last_words());
                    return self.died(result, at, "crash", how);
                }
            }
        }
    }

    /// A process hung or died: in the port that is a difference.
    fn died(
        &self,
        result: &mut CheckedFunction,
        at: At,
        what: &str,
        how: String,
    ) -> Result<Ended, CheckError> {
        match at {
            At::Port(index, call) => {
                let generated = index >= result.recorded;
                let difference = Difference {
                    call,
                    what: what.to_owned(),
                    python: "returns or raises".to_owned(),
                    group: format!("{what} {how}"),
                    rust: how,
                    generated,
                    alike: 0,
                };
                let done = Done {
                    index,
                    generated,
                    difference: Some(difference),
                    ..Done::default()
                };
                // Only a skipped recorded call is an error.
                let _ = take(result, done);
                Ok(Ended::GoOn(index + 1))
            }
            // What no program ever did and Python itself cannot do is nothing to compare.
            At::Twin(index, _) if index >= result.recorded => Ok(Ended::GoOn(index + 1)),
            At::Twin(index, _) => Err(CheckError::Twin {
                name: self.name.clone(),
                number: index + 1,
                how,
            }),
            At::Nothing => Err(CheckError::Part(PartError::NoAnswer {
                python: self.interpreter.executable().to_owned(),
                task: format!("replay {}", self.name),
                said: how,
            })),
        }
    }

    fn problem(&self, kind: &str, reason: String) -> CheckError {
        let name = self.name.clone();
        match kind {
            "recording" => CheckError::Damaged {
                file: record::file(self.project, &name),
                name,
                reason,
            },
            "inactive" => CheckError::Inactive { name },
            _ => CheckError::Module { name, reason },
        }
    }
}

/// Counts one call. An error is the reason why a recorded one could not be replayed.
fn take(result: &mut CheckedFunction, done: Done) -> Result<(), String> {
    if let Some(reason) = done.skipped {
        return if done.generated { Ok(()) } else { Err(reason) };
    }
    if let Some(unstable) = done.unstable {
        result.deterministic = false;
        result.unstable.get_or_insert(unstable);
        return Ok(());
    }
    result.unlike_recording += u64::from(done.unlike_recording);
    if done.generated {
        result.generated += 1;
        result.generated_equal += u64::from(done.equal);
        result.generated_handed_over += u64::from(done.handed_over);
    } else {
        result.equal += u64::from(done.equal);
        result.handed_over += u64::from(done.handed_over);
    }
    if let Some(mut difference) = done.difference {
        result.different += 1;
        difference.generated = done.generated;
        keep(&mut result.differences, difference);
    }
    Ok(())
}

/// Keeps of each kind of difference the one that is easiest to look into: a recorded call, and the shortest.
fn keep(kept: &mut Vec<Difference>, new: Difference) {
    let ease = |difference: &Difference| (difference.generated, difference.call.chars().count());
    match kept.iter_mut().find(|other| other.group == new.group) {
        None => kept.push(new),
        Some(known) => {
            let alike = known.alike + 1;
            if ease(&new) < ease(known) {
                *known = new;
            }
            known.alike = alike;
        }
    }
}

/// How long the whole may take.
struct Clock {
    began: Instant,
    limit: Duration,
    generated: Option<Instant>,
}

impl Clock {
    fn is_over(&self) -> bool {
        self.began.elapsed() > self.limit
    }

    fn generated_is_over(&mut self) -> bool {
        let began = *self.generated.get_or_insert_with(Instant::now);
        began.elapsed() > ALL_GENERATED
    }
}

/// A process that replays, from its start to its end.
struct Process {
    child: Child,
    events: Receiver<Event>,
    errors: Option<Tail>,
}

impl Process {
    fn start(replay: &Replay<'_>, first: u64) -> Result<Self, CheckError> {
        let start = |source| {
            CheckError::Part(PartError::Start {
                python: replay.interpreter.executable().to_owned(),
                source,
            })
        };
        let mut child = replay
            .side
            .part(replay.interpreter, replay.project, "replay")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(start)?;
        let order = Order {
            root: replay.project.root(),
            function: replay.name,
            recording: &record::file(replay.project, replay.name),
            first,
            generated: GENERATED,
            generated_seconds: GENERATED_SECONDS,
            memory: MEMORY,
        };
        if let Some(mut stdin) = child.stdin.take() {
            // A process that died before it read its order is told by the end of its events.
            let _ = stdin.write_all(&serde_json::to_vec(&order).unwrap_or_default());
        }
        let (sender, events) = mpsc::channel();
        if let Some(stdout) = child.stdout.take() {
            thread::spawn(move || {
                for line in BufReader::new(stdout).split(b'\n').map_while(Result::ok) {
                    // A line cut short is a process killed: the end of the events says so.
                    let Ok(event) = serde_json::from_slice(&line) else {
                        break;
                    };
                    if sender.send(event).is_err() {
                        break;
                    }
                }
            });
        }
        let errors = child.stderr.take().map(Tail::quiet);
        Ok(Self {
            child,
            events,
            errors,
        })
    }

    /// How a process that is gone ended.
    fn last_words(&mut self) -> String {
        let status = self
            .child
            .wait()
            .map_or_else(|error| error.to_string(), |status| status.to_string());
        match self.errors.as_ref().and_then(Tail::last_line) {
            Some(line) => format!("{status}; {line}"),
            None => status,
        }
    }

    fn kill(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
