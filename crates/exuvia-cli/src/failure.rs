//! What ends a command early, as a person reads it.

use std::fmt::Display;
use std::process::ExitCode;

use exuvia_port::Advice;

/// How a command that did its work ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All is well: status 0.
    Done,
    /// A check found a difference: status 1.
    Different,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::SUCCESS,
            Outcome::Different => Self::from(1),
        }
    }
}

/// Wrong use, or an environment that does not allow what was asked: status 2.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What another program said that explains it, a compiler for instance; printed first, as it is.
    pub(crate) output: Option<String>,
    /// What was being done, to what, and what is wrong.
    pub(crate) message: String,
    /// What to do next.
    pub(crate) hint: Option<String>,
}

impl Failure {
    pub(crate) fn new(message: impl Display) -> Self {
        Self {
            output: None,
            message: message.to_string(),
            hint: None,
        }
    }

    pub(crate) fn hint(mut self, hint: impl Display) -> Self {
        self.hint = Some(hint.to_string());
        self
    }
}

impl<E: Advice> From<E> for Failure {
    fn from(error: E) -> Self {
        Self {
            output: error.output().map(str::to_owned),
            message: error.to_string(),
            hint: error.hint(),
        }
    }
}
