//! Macros by example: wrapping functions and modules.

/// A `#[pyfunction]` as a Python function object: `wrap_pyfunction!(add, m)?`, with a module (whose name the function
/// then carries) or a `Python` token.
///
/// With one argument, it is a closure that does so: what `add_wrapped` takes.
#[macro_export]
macro_rules! wrap_pyfunction {
    ($function:path) => {
        &|scope| {
            use $function as wrapped_function;
            $crate::emitted::WrapFunction::wrap_function(scope, wrapped_function::__EXUVIA)
        }
    };
    ($function:path, $scope:expr) => {{
        use $function as wrapped_function;
        $crate::emitted::WrapFunction::wrap_function($scope, wrapped_function::__EXUVIA)
    }};
}

/// A `#[pymodule]` as a module object, for adding it to another module: `wrap_pymodule!(child)(py)`.
#[macro_export]
macro_rules! wrap_pymodule {
    ($module:path) => {
        &|py| {
            use $module as wrapped_module;
            wrapped_module::__EXUVIA
                .make(py)
                .expect("failed to wrap pymodule")
                .unbind()
        }
    };
}

/// Adds a `#[pymodule]` to the built-in modules, before the interpreter starts.
///
/// # Panics
/// When the interpreter is already running.
#[macro_export]
macro_rules! append_to_inittab {
    ($module:path) => {{
        use $module as wrapped_module;
        $crate::emitted::append_to_inittab(wrapped_module::__EXUVIA)
    }};
}

/// Runs Python statements with Rust variables as local variables: `py_run!(py, one two, "assert one < two")`.
///
/// A dictionary gives all local variables: `py_run!(py, *locals, "…")`. What all lines of the code have in
/// indentation is taken away. The globals are those of `__main__`.
///
/// # Panics
/// When the statements raise, after the exception is printed.
#[macro_export]
macro_rules! py_run {
    ($py:expr, $($name:ident)+, $code:expr) => {{
        use $crate::IntoPyObjectExt as _;
        let py: $crate::Python<'_> = $py;
        $crate::emitted::run_with(
            py,
            [$((
                ::std::stringify!($name),
                // Called as a method, for what converts by value alone and can be copied.
                (&$name)
                    .into_bound_py_any(py)
                    .expect("a variable that converts to Python"),
            )),+],
            $code,
        )
    }};
    ($py:expr, *$locals:expr, $code:expr) => {
        $crate::emitted::run($py, &$locals, $code)
    };
}

/// Python's counterpart of `format!`: `py_format!(py, "{} of {}", index, count)?` is a `str`.
///
/// A text without arguments becomes a string that is made once and kept.
///
/// # Errors
/// `MemoryError`, and what formatting an argument raises.
#[macro_export]
macro_rules! py_format {
    ($py:expr, $($text:tt)*) => {{
        static MADE: $crate::sync::PyOnceLock<$crate::Py<$crate::types::PyString>> =
            $crate::sync::PyOnceLock::new();
        $crate::emitted::format($py, &MADE, ::std::format_args!($($text)*))
    }};
}
