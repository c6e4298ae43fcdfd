/*!
What `#[pyfunction]` and `#[pymethods]` write for functions of scalars: one form where the build is for speed, one where it is
not.

The attribute macros cannot know the build, and whatever they write costs each time they run, being compiled without
optimisation: they write one call of `__scalars` with what is particular about the function.

- `fast TEXT NAMES COUNT POSITIONAL_ONLY KINDS FLAGS (CLASS) RECEIVER {PATH} [ARGUMENTS] RESULT` is the `FunctionDef` of a
  function with parameters,
- `empty TEXT KINDS FLAGS RECEIVER {PATH} RESULT` that of a method without,
- `new DESCRIPTION NAMES COUNT POSITIONAL_ONLY KINDS [Class] {PATH} [ARGUMENTS] MADE TEXT_SIGNATURE` describes a constructor.

`TEXT` is for `FunctionDef`, `NAMES` for `FunctionSpec`, `KINDS` for `Kinds`; `CLASS` is the `Option` of a method's class;
`RECEIVER` is `[]`, `[shared Class]` or `[exclusive Class]`; `ARGUMENTS` are pairs of a field of `Words` and a type, by which the
field of `Word` is called too; `RESULT` is `(value f64)`, `(unit)`, `(fallible f64)` or `(fallible unit)`; `MADE` is `(own)` where
the constructor returns the class, `(fallible own)` where it may fail, and `(any)`.

Why the `unsafe` of this code holds: a shim is called by CPython in the role in which `FunctionDef` or `Description` names it, and
that is the role the trampoline asks for. An implementation is called by the trampoline it is given to, with `KINDS` and
`RECEIVER` of the same function: each word holds an argument of the type by which it is read, or the receiver, which CPython has
checked and the trampoline has borrowed for the time of the call. The user's code is called outside of `unsafe`: it may be a
function that needs `unsafe` to be called.
*/

/// See the module's documentation.
#[cfg(not(for_speed))]
#[doc(hidden)]
#[macro_export]
macro_rules! __scalars {
    (
        fast $text:literal $names:literal $count:literal $positional_only:literal $kinds:literal ($flags:expr) ($class_of:expr)
        $receiver:tt $path:tt $arguments:tt $result:tt
    ) => {{
        static __EXUVIA_SPEC: $crate::emitted::FunctionSpec = $crate::emitted::FunctionSpec::of_scalars(
            $names,
            $count,
            $positional_only,
            $crate::emitted::Kinds::new($crate::__scalars!(@kinds $kinds $receiver)),
            $class_of,
        );
        $crate::__scalars!(@implementation $receiver $path $arguments $result);
        unsafe extern "C" fn __exuvia_shim(
            __exuvia_receiver: *mut $crate::ffi::PyObject,
            __exuvia_args: *const *mut $crate::ffi::PyObject,
            __exuvia_given: $crate::ffi::Py_ssize_t,
            __exuvia_keywords: *mut $crate::ffi::PyObject,
        ) -> *mut $crate::ffi::PyObject {
            unsafe {
                $crate::emitted::trampoline::fastcall_scalars(__exuvia_receiver, __exuvia_args, __exuvia_given as usize, __exuvia_keywords, &__EXUVIA_SPEC, __exuvia_implementation)
            }
        }
        $crate::emitted::FunctionDef::fast($text, __exuvia_shim, $flags)
    }};
    // The most common method and the most common constructor are written in one step instead of several: each step costs the
    // compiler time.
    (empty $text:literal $kinds:literal ($flags:expr) [shared $($class:tt)*] {$($path:tt)*} (value $result:ident)) => {{
        fn __exuvia_implementation<'a>(__exuvia_words: &'a mut $crate::emitted::Words) -> ::core::option::Option<$crate::PyErr> {
            __exuvia_words.result.$result = $($path)*(
                unsafe { &(*(__exuvia_words.receiver as *mut $crate::emitted::Instance<$($class)*>)).contents } as &'a $($class)*
            );
            ::core::option::Option::None
        }
        unsafe extern "C" fn __exuvia_shim(
            __exuvia_receiver: *mut $crate::ffi::PyObject,
            _: *mut $crate::ffi::PyObject,
        ) -> *mut $crate::ffi::PyObject {
            unsafe {
                $crate::emitted::trampoline::unary_scalars(
                    __exuvia_receiver,
                    $kinds & <$($class)* as $crate::PyClass>::KINDS,
                    __exuvia_implementation,
                )
            }
        }
        $crate::emitted::FunctionDef::no_args($text, __exuvia_shim, $flags)
    }};
    (empty $text:literal $kinds:literal ($flags:expr) $receiver:tt $path:tt $result:tt) => {{
        $crate::__scalars!(@implementation $receiver $path [] $result);
        unsafe extern "C" fn __exuvia_shim(
            __exuvia_receiver: *mut $crate::ffi::PyObject,
            _: *mut $crate::ffi::PyObject,
        ) -> *mut $crate::ffi::PyObject {
            unsafe { $crate::emitted::trampoline::unary_scalars(__exuvia_receiver, $crate::__scalars!(@kinds $kinds $receiver), __exuvia_implementation) }
        }
        $crate::emitted::FunctionDef::no_args($text, __exuvia_shim, $flags)
    }};
    (
        new $description:ident $names:literal $count:literal $positional_only:literal $kinds:literal
        [$($class:tt)*] {$($path:tt)*} [$($word:ident $ty:ident)*] (own) $text:literal
    ) => {{
        fn __exuvia_implementation(__exuvia_words: &mut $crate::emitted::Words) -> ::core::option::Option<$crate::PyErr> {
            let __exuvia_value: $($class)* = $($path)*($(unsafe { __exuvia_words.$word.$ty }),*);
            $crate::__scalars!(@made __exuvia_words __exuvia_value $($class)*)
        }
        $description.constructor_of_scalars($names, $count, $positional_only, $kinds, __exuvia_implementation, $text);
    }};
    (
        new $description:ident $names:literal $count:literal $positional_only:literal $kinds:literal
        $class:tt $path:tt $arguments:tt $result:tt $text:literal
    ) => {{
        fn __exuvia_implementation(__exuvia_words: &mut $crate::emitted::Words) -> ::core::option::Option<$crate::PyErr> {
            $crate::__scalars!(@instance __exuvia_words $class $result $crate::__scalars!(@call __exuvia_words [] $path $arguments))
        }
        $description.constructor_of_scalars($names, $count, $positional_only, $kinds, __exuvia_implementation, $text);
    }};
    (@kinds $kinds:literal []) => {
        $kinds
    };
    (@kinds $kinds:literal [$borrow:ident $($class:tt)*]) => {
        $kinds & <$($class)* as $crate::PyClass>::KINDS
    };
    // This, too, is what the next form comes to, of the most common function.
    (@implementation [] {$($path:tt)*} [$($word:ident $ty:ident)*] (value $result:ident)) => {
        fn __exuvia_implementation<'a>(__exuvia_words: &'a mut $crate::emitted::Words) -> ::core::option::Option<$crate::PyErr> {
            __exuvia_words.result.$result = $($path)*($(unsafe { __exuvia_words.$word.$ty }),*);
            ::core::option::Option::None
        }
    };
    (@implementation $receiver:tt $path:tt $arguments:tt $result:tt) => {
        fn __exuvia_implementation<'a>(__exuvia_words: &'a mut $crate::emitted::Words) -> ::core::option::Option<$crate::PyErr> {
            $crate::__scalars!(@finish __exuvia_words $result $crate::__scalars!(@call __exuvia_words $receiver $path $arguments))
        }
    };
    (@call $words:ident [] {$($path:tt)*} [$($word:ident $ty:ident)*]) => {
        $($path)*($(unsafe { $words.$word.$ty }),*)
    };
    (@call $words:ident [$borrow:ident $($class:tt)*] {$($path:tt)*} [$($word:ident $ty:ident)*]) => {
        $($path)*($crate::__scalars!(@$borrow $words $($class)*), $(unsafe { $words.$word.$ty }),*)
    };
    // CPython has checked the receiver's type, and the caller has borrowed it for the time of the call, which `'a` is.
    (@shared $words:ident $($class:tt)*) => {
        unsafe { &(*($words.receiver as *mut $crate::emitted::Instance<$($class)*>)).contents } as &'a $($class)*
    };
    (@exclusive $words:ident $($class:tt)*) => {
        unsafe { &mut (*($words.receiver as *mut $crate::emitted::ExclusiveInstance<$($class)*>)).contents } as &'a mut $($class)*
    };
    (@instance $words:ident [$($class:tt)*] (fallible own) $call:expr) => {{
        #[allow(unused_imports)]
        use $crate::emitted::Plain as _;
        match $crate::emitted::Output($call).__exuvia_convert() {
            ::core::result::Result::Ok(__exuvia_value) => $crate::__scalars!(@made $words __exuvia_value $($class)*),
            ::core::result::Result::Err(__exuvia_error) => ::core::option::Option::Some(__exuvia_error),
        }
    }};
    // Where there is no instance, the value is dropped, when nothing is raised yet: it may run Python code.
    (@made $words:ident $value:ident $($class:tt)*) => {{
        let __exuvia_failed = unsafe {
            $words.allocate(<$($class)* as $crate::PyClass>::CLASS, <$($class)* as $crate::PyClass>::LAYOUT)
        };
        if __exuvia_failed.is_none() {
            unsafe {
                ::core::ptr::write(
                    &raw mut (*($words.result.object as *mut $crate::emitted::NewInstance<$($class)*>)).contents,
                    $value,
                );
            }
        }
        __exuvia_failed
    }};
    (@instance $words:ident [$($class:tt)*] (any) $call:expr) => {{
        #[allow(unused_imports)]
        use $crate::emitted::{AnyObject as _, Plain as _};
        let __exuvia_result = $crate::emitted::Output($call).__exuvia_convert();
        $words.result.object =
            unsafe { $crate::emitted::Made::<$($class)*, _>::by(__exuvia_result).object($words.py(), $words.receiver) };
        ::core::option::Option::None
    }};
    (@finish $words:ident (value $ty:ident) $call:expr) => {{
        $words.result.$ty = $call;
        ::core::option::Option::None
    }};
    (@finish $words:ident (unit) $call:expr) => {{
        let () = $call;
        ::core::option::Option::None
    }};
    (@finish $words:ident (fallible unit) $call:expr) => {{
        #[allow(unused_imports)]
        use $crate::emitted::Plain as _;
        match $crate::emitted::Output($call).__exuvia_convert() {
            ::core::result::Result::Ok(()) => ::core::option::Option::None,
            ::core::result::Result::Err(__exuvia_error) => ::core::option::Option::Some(__exuvia_error),
        }
    }};
    (@finish $words:ident (fallible $ty:ident) $call:expr) => {{
        #[allow(unused_imports)]
        use $crate::emitted::Plain as _;
        match $crate::emitted::Output($call).__exuvia_convert() {
            ::core::result::Result::Ok(__exuvia_value) => {
                $words.result.$ty = __exuvia_value;
                ::core::option::Option::None
            }
            ::core::result::Result::Err(__exuvia_error) => ::core::option::Option::Some(__exuvia_error),
        }
    }};
}

/// See the module's documentation.
#[cfg(for_speed)]
#[doc(hidden)]
#[macro_export]
macro_rules! __scalars {
    (
        fast $text:literal $names:literal $count:literal $positional_only:literal $kinds:literal ($flags:expr) ($class_of:expr)
        $receiver:tt $path:tt $arguments:tt $result:tt
    ) => {{
        static __EXUVIA_SPEC: $crate::emitted::FunctionSpec = $crate::emitted::FunctionSpec::of_scalars(
            $names,
            $count,
            $positional_only,
            $crate::emitted::Kinds::new($kinds),
            $class_of,
        );
        $crate::__scalars!(@implementation $names $receiver $path $arguments $result);
        unsafe extern "C" fn __exuvia_shim(
            __exuvia_receiver: *mut $crate::ffi::PyObject,
            __exuvia_args: *const *mut $crate::ffi::PyObject,
            __exuvia_given: $crate::ffi::Py_ssize_t,
            __exuvia_keywords: *mut $crate::ffi::PyObject,
        ) -> *mut $crate::ffi::PyObject {
            unsafe {
                $crate::emitted::trampoline::fastcall(__exuvia_receiver, __exuvia_args, __exuvia_given as usize, __exuvia_keywords, &__EXUVIA_SPEC, __exuvia_implementation)
            }
        }
        $crate::emitted::FunctionDef::fast($text, __exuvia_shim, $flags)
    }};
    (empty $text:literal $kinds:literal ($flags:expr) $receiver:tt $path:tt $result:tt) => {{
        $crate::__scalars!(@implementation "" $receiver $path [] $result);
        unsafe extern "C" fn __exuvia_shim(
            __exuvia_receiver: *mut $crate::ffi::PyObject,
            _: *mut $crate::ffi::PyObject,
        ) -> *mut $crate::ffi::PyObject {
            unsafe { $crate::emitted::trampoline::unary(__exuvia_receiver, __exuvia_implementation) }
        }
        $crate::emitted::FunctionDef::no_args($text, __exuvia_shim, $flags)
    }};
    (
        new $description:ident $names:literal $count:literal $positional_only:literal $kinds:literal
        [$($class:tt)*] $path:tt $arguments:tt $result:tt $text:literal
    ) => {{
        static __EXUVIA_SPEC: $crate::emitted::FunctionSpec = $crate::emitted::FunctionSpec::of_scalars(
            $names,
            $count,
            $positional_only,
            $crate::emitted::Kinds::new($kinds),
            ::core::option::Option::Some(<$($class)* as $crate::PyClass>::CLASS),
        );
        #[allow(clippy::all, unused_unsafe, unused_variables, unreachable_code)]
        #[inline]
        fn __exuvia_implementation<'py>(
            __exuvia_py: $crate::Python<'py>,
            __exuvia_receiver: *mut $crate::ffi::PyObject,
            __exuvia_args: *const *mut $crate::ffi::PyObject,
        ) -> *mut $crate::ffi::PyObject {
            #[allow(unused_imports)]
            use $crate::emitted::{AnyObject as _, Plain as _};
            let __exuvia_frame = $crate::emitted::Frame::new();
            $crate::__scalars!(@arguments __exuvia_py __exuvia_frame __exuvia_args $names $arguments);
            let __exuvia_result = $crate::emitted::Output($crate::__scalars!(@call [] $path $arguments)).__exuvia_convert();
            unsafe { $crate::emitted::Made::<$($class)*, _>::by(__exuvia_result).object(__exuvia_py, __exuvia_receiver) }
        }
        unsafe extern "C" fn __exuvia_new(
            __exuvia_subtype: *mut $crate::ffi::PyTypeObject,
            __exuvia_args: *mut $crate::ffi::PyObject,
            __exuvia_keywords: *mut $crate::ffi::PyObject,
        ) -> *mut $crate::ffi::PyObject {
            unsafe {
                $crate::emitted::trampoline::tuple_call(__exuvia_subtype.cast(), __exuvia_args, __exuvia_keywords, &__EXUVIA_SPEC, __exuvia_implementation)
            }
        }
        unsafe extern "C" fn __exuvia_vectorcall(
            __exuvia_class: *mut $crate::ffi::PyObject,
            __exuvia_args: *const *mut $crate::ffi::PyObject,
            __exuvia_given: usize,
            __exuvia_keywords: *mut $crate::ffi::PyObject,
        ) -> *mut $crate::ffi::PyObject {
            unsafe {
                $crate::emitted::trampoline::construct(
                    __exuvia_class,
                    __exuvia_args,
                    __exuvia_given,
                    __exuvia_keywords,
                    &__EXUVIA_SPEC,
                    __exuvia_implementation,
                    __exuvia_new,
                )
            }
        }
        $description.constructor(__exuvia_new, __exuvia_vectorcall, $text);
    }};
    (@implementation $names:literal $receiver:tt $path:tt $arguments:tt $result:tt) => {
        #[allow(clippy::all, unused_unsafe, unused_variables, unused_mut, unreachable_code)]
        #[inline]
        fn __exuvia_implementation<'py>(
            __exuvia_py: $crate::Python<'py>,
            __exuvia_receiver: *mut $crate::ffi::PyObject,
            __exuvia_args: *const *mut $crate::ffi::PyObject,
        ) -> *mut $crate::ffi::PyObject {
            #[allow(unused_imports)]
            use $crate::emitted::Plain as _;
            let __exuvia_frame = $crate::emitted::Frame::new();
            let mut __exuvia_this = $crate::__scalars!(@receiver __exuvia_py __exuvia_receiver $receiver);
            $crate::__scalars!(@arguments __exuvia_py __exuvia_frame __exuvia_args $names $arguments);
            let __exuvia_result: $crate::PyResult<$crate::__scalars!(@type $result)> =
                $crate::emitted::Output($crate::__scalars!(@call __exuvia_this $receiver $path $arguments)).__exuvia_convert();
            // Before the result is converted: the compiler then sees that nobody looked at the flag meanwhile.
            ::core::mem::drop(__exuvia_this);
            $crate::emitted::output::object(__exuvia_py, __exuvia_result)
        }
    };
    (@type (unit)) => {
        ()
    };
    (@type (fallible unit)) => {
        ()
    };
    (@type ($how:ident $ty:ident)) => {
        ::core::primitive::$ty
    };
    (@receiver $py:ident $receiver:ident []) => {
        ()
    };
    (@receiver $py:ident $receiver:ident [shared $($class:tt)*]) => {
        $crate::__scalars!(@borrowed $py $crate::emitted::receiver::<$($class)*>($py, $receiver))
    };
    (@receiver $py:ident $receiver:ident [exclusive $($class:tt)*]) => {
        $crate::__scalars!(@borrowed $py $crate::emitted::receiver_mut::<$($class)*>($py, $receiver))
    };
    (@borrowed $py:ident $borrow:expr) => {
        match unsafe { $borrow } {
            ::core::result::Result::Ok(__exuvia_this) => __exuvia_this,
            ::core::result::Result::Err(__exuvia_error) => {
                __exuvia_error.restore($py);
                return ::core::ptr::null_mut();
            }
        }
    };
    (@arguments $py:ident $frame:ident $args:ident $names:literal []) => {};
    (@arguments $py:ident $frame:ident $args:ident $names:literal [$($word:ident $ty:ident)*]) => {
        let ::core::option::Option::Some(($($word,)*)) = (unsafe {
            $crate::emitted::values::<($(::core::primitive::$ty,)*)>($py, &$frame, $args, $names)
        }) else {
            return ::core::ptr::null_mut();
        };
    };
    (@call [] {$($path:tt)*} [$($word:ident $ty:ident)*]) => {
        $($path)*($($word),*)
    };
    (@call $this:ident [] {$($path:tt)*} [$($word:ident $ty:ident)*]) => {
        $($path)*($($word),*)
    };
    (@call $this:ident [shared $($class:tt)*] {$($path:tt)*} [$($word:ident $ty:ident)*]) => {
        $($path)*(&*$this, $($word),*)
    };
    (@call $this:ident [exclusive $($class:tt)*] {$($path:tt)*} [$($word:ident $ty:ident)*]) => {
        $($path)*(&mut *$this, $($word),*)
    };
}
