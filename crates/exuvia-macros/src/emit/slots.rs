//! Which special method is which slot of CPython's type objects, and how it is called.
//!
//! Source: the C API's "Type Objects" page.

/// How a slot's C function looks, and what its implementation answers.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    /// `object(self)`
    Unary,
    /// `object(self)`; `None` ends the iteration.
    Next,
    /// `Py_ssize_t(self)`
    Length,
    /// `Py_hash_t(self)`
    Hash,
    /// `int(self)`
    Truth,
    /// `object(self, key)`
    Item,
    /// `int(self, key)`
    Contains,
    /// `object(self, other)`, called with the class on either side.
    Operator,
    /// `object(self, other)`, whose result is `self`.
    InPlace,
    /// `object(self, other, modulus)`, called with the class on either side.
    Power,
    /// `object(self, other, modulus)`, whose result is `self`.
    InPlacePower,
    /// `object(self, args, kwargs)`
    Call,
    /// `object(self)`; `None` ends the asynchronous iteration.
    AsyncNext,
    /// `object(self, Py_ssize_t)`
    Repeat,
    /// `object(self, object, type)`
    Get,
}

/// A special method that has a slot of its own.
pub(crate) struct Special {
    pub(crate) name: &'static str,
    pub(crate) slot: &'static str,
    pub(crate) kind: Kind,
    /// For operators: is it the form with the class on the right?
    pub(crate) reflected: bool,
}

const fn special(name: &'static str, slot: &'static str, kind: Kind) -> Special {
    Special {
        name,
        slot,
        kind,
        reflected: false,
    }
}

const fn reflected(name: &'static str, slot: &'static str, kind: Kind) -> Special {
    Special {
        name,
        slot,
        kind,
        reflected: true,
    }
}

pub(crate) const SPECIAL: &[Special] = &[
    special("__repr__", "Py_tp_repr", Kind::Unary),
    special("__str__", "Py_tp_str", Kind::Unary),
    special("__iter__", "Py_tp_iter", Kind::Unary),
    special("__next__", "Py_tp_iternext", Kind::Next),
    special("__await__", "Py_am_await", Kind::Unary),
    special("__aiter__", "Py_am_aiter", Kind::Unary),
    special("__anext__", "Py_am_anext", Kind::AsyncNext),
    special("__neg__", "Py_nb_negative", Kind::Unary),
    special("__pos__", "Py_nb_positive", Kind::Unary),
    special("__abs__", "Py_nb_absolute", Kind::Unary),
    special("__invert__", "Py_nb_invert", Kind::Unary),
    special("__int__", "Py_nb_int", Kind::Unary),
    special("__float__", "Py_nb_float", Kind::Unary),
    special("__index__", "Py_nb_index", Kind::Unary),
    special("__len__", "Py_mp_length", Kind::Length),
    special("__hash__", "Py_tp_hash", Kind::Hash),
    special("__bool__", "Py_nb_bool", Kind::Truth),
    special("__getitem__", "Py_mp_subscript", Kind::Item),
    special("__contains__", "Py_sq_contains", Kind::Contains),
    special("__concat__", "Py_sq_concat", Kind::Item),
    special("__inplace_concat__", "Py_sq_inplace_concat", Kind::Item),
    special("__repeat__", "Py_sq_repeat", Kind::Repeat),
    special("__inplace_repeat__", "Py_sq_inplace_repeat", Kind::Repeat),
    special("__get__", "Py_tp_descr_get", Kind::Get),
    special("__call__", "Py_tp_call", Kind::Call),
    special("__add__", "Py_nb_add", Kind::Operator),
    reflected("__radd__", "Py_nb_add", Kind::Operator),
    special("__sub__", "Py_nb_subtract", Kind::Operator),
    reflected("__rsub__", "Py_nb_subtract", Kind::Operator),
    special("__mul__", "Py_nb_multiply", Kind::Operator),
    reflected("__rmul__", "Py_nb_multiply", Kind::Operator),
    special("__matmul__", "Py_nb_matrix_multiply", Kind::Operator),
    reflected("__rmatmul__", "Py_nb_matrix_multiply", Kind::Operator),
    special("__truediv__", "Py_nb_true_divide", Kind::Operator),
    reflected("__rtruediv__", "Py_nb_true_divide", Kind::Operator),
    special("__floordiv__", "Py_nb_floor_divide", Kind::Operator),
    reflected("__rfloordiv__", "Py_nb_floor_divide", Kind::Operator),
    special("__mod__", "Py_nb_remainder", Kind::Operator),
    reflected("__rmod__", "Py_nb_remainder", Kind::Operator),
    special("__divmod__", "Py_nb_divmod", Kind::Operator),
    reflected("__rdivmod__", "Py_nb_divmod", Kind::Operator),
    special("__lshift__", "Py_nb_lshift", Kind::Operator),
    reflected("__rlshift__", "Py_nb_lshift", Kind::Operator),
    special("__rshift__", "Py_nb_rshift", Kind::Operator),
    reflected("__rrshift__", "Py_nb_rshift", Kind::Operator),
    special("__and__", "Py_nb_and", Kind::Operator),
    reflected("__rand__", "Py_nb_and", Kind::Operator),
    special("__or__", "Py_nb_or", Kind::Operator),
    reflected("__ror__", "Py_nb_or", Kind::Operator),
    special("__xor__", "Py_nb_xor", Kind::Operator),
    reflected("__rxor__", "Py_nb_xor", Kind::Operator),
    special("__pow__", "Py_nb_power", Kind::Power),
    reflected("__rpow__", "Py_nb_power", Kind::Power),
    special("__iadd__", "Py_nb_inplace_add", Kind::InPlace),
    special("__isub__", "Py_nb_inplace_subtract", Kind::InPlace),
    special("__imul__", "Py_nb_inplace_multiply", Kind::InPlace),
    special(
        "__imatmul__",
        "Py_nb_inplace_matrix_multiply",
        Kind::InPlace,
    ),
    special("__itruediv__", "Py_nb_inplace_true_divide", Kind::InPlace),
    special("__ifloordiv__", "Py_nb_inplace_floor_divide", Kind::InPlace),
    special("__imod__", "Py_nb_inplace_remainder", Kind::InPlace),
    special("__ilshift__", "Py_nb_inplace_lshift", Kind::InPlace),
    special("__irshift__", "Py_nb_inplace_rshift", Kind::InPlace),
    special("__iand__", "Py_nb_inplace_and", Kind::InPlace),
    special("__ior__", "Py_nb_inplace_or", Kind::InPlace),
    special("__ixor__", "Py_nb_inplace_xor", Kind::InPlace),
    special("__ipow__", "Py_nb_inplace_power", Kind::InPlacePower),
];

/// The comparisons, with CPython's number for each.
pub(crate) const COMPARISONS: [(&str, &str); 6] = [
    ("__lt__", "Py_LT"),
    ("__le__", "Py_LE"),
    ("__eq__", "Py_EQ"),
    ("__ne__", "Py_NE"),
    ("__gt__", "Py_GT"),
    ("__ge__", "Py_GE"),
];

/// Assignments and deletions, which share a slot: the method, the slot, how many arguments, the function that refuses what the
/// class has no method for.
pub(crate) const ASSIGNMENTS: [(&str, &str, usize, &str); 6] = [
    ("__setitem__", "Py_mp_ass_subscript", 2, "refuse_item"),
    ("__delitem__", "Py_mp_ass_subscript", 1, "refuse_item"),
    ("__setattr__", "Py_tp_setattro", 2, "refuse_attribute"),
    ("__delattr__", "Py_tp_setattro", 1, "refuse_attribute"),
    ("__set__", "Py_tp_descr_set", 2, "refuse_descriptor"),
    ("__delete__", "Py_tp_descr_set", 1, "refuse_descriptor"),
];

/// Special methods that would be silently ignored as plain methods, because CPython looks at slots only, each with what to write
/// instead.
pub(crate) const UNSUPPORTED: &[(&str, &str)] = &[("__del__", "implement `Drop` for the class")];
