//! Measures every port against its Python twin on the recorded calls.
//!
//! `python/exuvia/measure.py` measures, in one process for each function, twin and port in turn; its first lines say how.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::ported::{PortedError, PortedFunction, ported_functions};
use crate::python_side::{PartError, PythonSide};
use crate::{Advice, FunctionName, Interpreter, Progress, Project, record};

/// About how long one function is measured, in seconds.
const SECONDS: f64 = 3.0;

/// How fast the ports are.
#[derive(Debug, Clone, Serialize)]
pub struct BenchReport {
    /// The interpreter's version, `3.11.7`.
    pub python: String,
    /// One entry for each function that was measured.
    pub functions: Vec<MeasuredFunction>,
}

/// One function, measured in pairs that alternate between twin and port.
#[derive(Debug, Clone, Serialize)]
pub struct MeasuredFunction {
    /// `module:qualname`.
    pub name: FunctionName,
    /// How many recorded calls one round runs through.
    pub calls: u64,
    /// How many of them the port has done by its twin, wholly or in part.
    pub handed_over: u64,
    /// Whether the port is a draft still, which hands every call over.
    pub draft: bool,
    /// How many rounds were measured.
    pub rounds: u64,
    /// One call of the twin, in seconds: the median over the rounds.
    pub twin_seconds: f64,
    /// One call of the port, in seconds: the median over the rounds.
    pub port_seconds: f64,
    /// How many times faster the port is: the median over the rounds of twin time by port time.
    pub ratio: f64,
    /// The ratio's lower quartile.
    pub ratio_low: f64,
    /// The ratio's upper quartile.
    pub ratio_high: f64,
    /// The lower end of the ratio's 95 % confidence interval.
    pub ratio_at_least: f64,
    /// The upper end of the ratio's 95 % confidence interval.
    pub ratio_at_most: f64,
    /// The lower quartile of the twin's seconds.
    pub twin_low: f64,
    /// The upper quartile of the twin's seconds.
    pub twin_high: f64,
    /// The lower quartile of the port's seconds.
    pub port_low: f64,
    /// The upper quartile of the port's seconds.
    pub port_high: f64,
}

/// How to measure.
#[derive(Debug, Clone, Default)]
pub struct BenchOptions {
    /// Only these functions; all that are ported where empty.
    pub functions: Vec<FunctionName>,
}

/// Why ports could not be measured.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// A function is not ported, or none is.
    #[error(transparent)]
    Ported(#[from] PortedError),
    /// The Python side could not be laid out or did not answer.
    #[error(transparent)]
    Part(#[from] PartError),
    /// There is no recording of the function.
    #[error("cannot measure {name}: none of its calls are recorded, {} is missing", file.display())]
    NotRecorded {
        /// The function.
        name: FunctionName,
        /// Where the recording would be.
        file: PathBuf,
    },
    /// The recording cannot be used.
    #[error("cannot measure {name}: its recording {} cannot be used: {reason}", file.display())]
    Damaged {
        /// The function.
        name: FunctionName,
        /// The recording.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The module cannot be imported, or does not have the function any longer.
    #[error("cannot measure {name}: {reason}")]
    Module {
        /// The function.
        name: FunctionName,
        /// What Python said.
        reason: String,
    },
    /// The function is still Python.
    #[error("cannot measure {name}: its port is not active, {} runs the Python twin", name.module())]
    Inactive {
        /// The function.
        name: FunctionName,
    },
}

impl Advice for BenchError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Ported(error) => return error.hint(),
            Self::Part(error) => return error.hint(),
            Self::NotRecorded { name, .. } | Self::Damaged { name, .. } => {
                format!("record it again: exuvia port {name} -- COMMAND")
            }
            Self::Module { .. } => "make the module import in the project's root first".to_owned(),
            Self::Inactive { .. } => {
                "build it: exuvia develop (and see that EXUVIA_PURE is not set)".to_owned()
            }
        })
    }
}

#[derive(Serialize)]
struct Order<'a> {
    root: &'a Path,
    function: &'a FunctionName,
    recording: &'a Path,
    seconds: f64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Problem { problem: Problem },
    Measured(Figures),
}

#[derive(Deserialize)]
struct Problem {
    kind: String,
    text: String,
}

#[derive(Deserialize)]
struct Figures {
    calls: u64,
    handed_over: u64,
    rounds: u64,
    twin_seconds: f64,
    twin_low: f64,
    twin_high: f64,
    port_seconds: f64,
    port_low: f64,
    port_high: f64,
    ratio: f64,
    ratio_low: f64,
    ratio_high: f64,
    ratio_at_least: f64,
    ratio_at_most: f64,
}

/// Measures twin and port on the recorded calls.
///
/// # Errors
///
/// Nothing is recorded, a port is not built, or a call fails.
pub fn bench(
    project: &Project,
    interpreter: &Interpreter,
    options: &BenchOptions,
    progress: &mut dyn Progress,
) -> Result<BenchReport, BenchError> {
    let ported = ported_functions(project, &options.functions)?;
    let side = PythonSide::lay_out()?;
    progress.start("measuring", Some(ported.len() as u64));
    let mut functions = Vec::new();
    for function in ported {
        let measured = measure(project, interpreter, &side, function);
        progress.advance(1);
        if measured.is_err() {
            progress.finish();
        }
        functions.push(measured?);
    }
    progress.finish();
    let (major, minor, micro) = interpreter.version();
    Ok(BenchReport {
        python: format!("{major}.{minor}.{micro}"),
        functions,
    })
}

fn measure(
    project: &Project,
    interpreter: &Interpreter,
    side: &PythonSide,
    function: PortedFunction,
) -> Result<MeasuredFunction, BenchError> {
    let name = function.name;
    let file = record::file(project, &name);
    if !file.is_file() {
        return Err(BenchError::NotRecorded { name, file });
    }
    let order = Order {
        root: project.root(),
        function: &name,
        recording: &file,
        seconds: SECONDS,
    };
    let task = format!("measure {name}");
    match side.ask(interpreter, project, "measure", &task, &order)? {
        Answer::Problem {
            problem: Problem { kind, text },
        } => Err(match kind.as_str() {
            "recording" => BenchError::Damaged {
                name,
                file,
                reason: text,
            },
            "inactive" => BenchError::Inactive { name },
            _ => BenchError::Module { name, reason: text },
        }),
        Answer::Measured(figures) => Ok(MeasuredFunction {
            name,
            calls: figures.calls,
            handed_over: figures.handed_over,
            draft: function.draft,
            rounds: figures.rounds,
            twin_seconds: figures.twin_seconds,
            port_seconds: figures.port_seconds,
            ratio: figures.ratio,
            ratio_low: figures.ratio_low,
            ratio_high: figures.ratio_high,
            ratio_at_least: figures.ratio_at_least,
            ratio_at_most: figures.ratio_at_most,
            twin_low: figures.twin_low,
            twin_high: figures.twin_high,
            port_low: figures.port_low,
            port_high: figures.port_high,
        }),
    }
}
