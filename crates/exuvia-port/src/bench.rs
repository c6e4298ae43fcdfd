//! Measures every port against its Python twin on the recorded calls.

use serde::Serialize;

use crate::{Advice, FunctionName, Interpreter, Progress, Project};

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
}

/// How to measure.
#[derive(Debug, Clone, Default)]
pub struct BenchOptions {
    /// Only these functions; all that are ported where empty.
    pub functions: Vec<FunctionName>,
}

/// Why ports could not be measured.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {}

impl Advice for BenchError {
    fn hint(&self) -> Option<String> {
        None
    }
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
    let _ = (project, interpreter, options, progress);
    todo!()
}
