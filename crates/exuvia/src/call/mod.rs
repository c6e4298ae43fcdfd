/*!
How calls cross the border, in both directions.

`trampoline` holds the functions that CPython's calls arrive in, `arguments` binds them to parameters and `refusals` says what
does not fit, `spec` the tables that describe a function, `extract` and `values` convert them, `output` converts the result,
`scalars` does both for numbers in builds for size, `outgoing` calls Python from Rust, `held` keeps the end of the interpreter
out of such calls.
*/

pub(crate) mod arguments;
pub(crate) mod extract;
pub(crate) mod function;
pub(crate) mod held;
pub(crate) mod module;
mod outgoing;
pub mod output;
mod refusals;
#[cfg(not(for_speed))]
pub mod scalars;
pub(crate) mod spec;
pub mod trampoline;
pub mod values;

pub use self::outgoing::PyCallArgs;
