/*!
What `#[pyclass]` writes for every class.

The attribute macro is compiled without optimisation, and pays for each token: it writes one call of `__class` with what is
particular about the class.

`IDENT NAME (MODULE) FROZEN (TEXT) SUBCLASS {DESCRIBE}`: the type, its name in Python, the `Option` of its module, `True` or `False` of
`boolean_struct`, the text for `Class`, `true` if Python code may subclass it, and nothing, or the name of a `Description` followed
by the statements that say what the class's options provide. What `#[pymethods]` says comes after that. A class that is not plain
has a last `{…}` with its base, its extras and its layout, as items of `PyClass`, and converts by code of its own.
*/

/// See the module's documentation.
#[doc(hidden)]
#[macro_export]
macro_rules! __class {
    (
        $class:tt $name:literal ($module:expr) $frozen:ident ($text:expr) $subclass:literal
        {$($describe:tt)*}
    ) => {
        unsafe impl $crate::PyClass for $class {
            type Frozen = $crate::pyclass::boolean_struct::$frozen;
            type BaseType = $crate::PyAny;
            type Extras = $crate::emitted::extras::Plain;
            const TYPE: (&'static str, ::core::option::Option<&'static str>) = ($name, $module);
            const CLASS: &'static $crate::emitted::Class = {
                #[allow(unused_imports)]
                use $crate::emitted::NoMethods as _;
                static CLASS: $crate::emitted::Class = $crate::emitted::Class::new(
                    $text,
                    <$class as $crate::PyClass>::SIZE,
                    $subclass,
                    <$class as $crate::PyClass>::DEALLOC,
                    $crate::__class!(@describe $class {$($describe)*}),
                );
                &CLASS
            };
        }
        impl<'py> $crate::IntoPyObject<'py> for $class {
            type Target = Self;
            type Output = $crate::Bound<'py, Self>;
            type Error = $crate::PyErr;
            fn into_pyobject(self, py: $crate::Python<'py>) -> $crate::PyResult<$crate::Bound<'py, Self>> {
                $crate::Bound::new(py, self)
            }
        }
    };
    (
        $class:tt $name:literal ($module:expr) $frozen:ident ($text:expr) $subclass:literal
        {$($describe:tt)*} {$($special:tt)*}
    ) => {
        #[allow(unsafe_code)]
        unsafe impl $crate::PyClass for $class {
            type Frozen = $crate::pyclass::boolean_struct::$frozen;
            $($special)*
            const TYPE: (&'static str, ::core::option::Option<&'static str>) = ($name, $module);
            const CLASS: &'static $crate::emitted::Class = {
                #[allow(unused_imports)]
                use $crate::emitted::NoMethods as _;
                static CLASS: $crate::emitted::Class = $crate::emitted::Class::new(
                    $text,
                    <$class as $crate::PyClass>::SIZE,
                    $subclass,
                    <$class as $crate::PyClass>::DEALLOC,
                    $crate::__class!(@describe $class {$($describe)*}),
                );
                &CLASS
            };
        }
    };
    (@describe $class:tt {}) => {
        <$class>::all_methods_must_stand_in_one_pymethods_block_without_the_feature_multiple_pymethods
    };
    (@describe $class:tt {$description:ident $($statements:tt)*}) => {{
        fn __exuvia_describe($description: &mut $crate::emitted::Description) {
            $($statements)*
            <$class>::all_methods_must_stand_in_one_pymethods_block_without_the_feature_multiple_pymethods($description);
        }
        __exuvia_describe
    }};
}
