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
