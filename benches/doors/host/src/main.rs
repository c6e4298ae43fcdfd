//! Runs a Python script with its arguments, as `python` would, with `doorbench_native` among the built-in modules.

use std::env;
use std::process::ExitCode;

use doorbench::extension::doorbench_native;
use exuvia::prelude::*;
use exuvia::types::IntoPyDict;

fn main() -> ExitCode {
    exuvia::append_to_inittab!(doorbench_native);
    Python::initialize();
    Python::attach(|py| match run(py) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error.print(py);
            ExitCode::FAILURE
        }
    })
}

fn run(py: Python<'_>) -> PyResult<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    py.import("sys")?.setattr("argv", &arguments)?;
    let as_main = [("run_name", "__main__")].into_py_dict(py)?;
    let runpy = py.import("runpy")?;
    runpy.call_method("run_path", (&arguments[0],), Some(&as_main))?;
    Ok(())
}
