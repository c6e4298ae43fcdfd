//! The operator of a comparison.

use std::cmp::Ordering;
use std::ffi::c_int;

use crate::ffi;

/// What `__richcmp__` is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompareOp {
    /// `<`
    Lt = ffi::Py_LT as isize,
    /// `<=`
    Le = ffi::Py_LE as isize,
    /// `==`
    Eq = ffi::Py_EQ as isize,
    /// `!=`
    Ne = ffi::Py_NE as isize,
    /// `>`
    Gt = ffi::Py_GT as isize,
    /// `>=`
    Ge = ffi::Py_GE as isize,
}

impl CompareOp {
    /// From CPython's number for it.
    pub fn from_raw(op: c_int) -> Option<Self> {
        Some(match op {
            ffi::Py_LT => CompareOp::Lt,
            ffi::Py_LE => CompareOp::Le,
            ffi::Py_EQ => CompareOp::Eq,
            ffi::Py_NE => CompareOp::Ne,
            ffi::Py_GT => CompareOp::Gt,
            ffi::Py_GE => CompareOp::Ge,
            _ => return None,
        })
    }

    /// Does an ordering satisfy the operator?
    pub fn matches(&self, result: Ordering) -> bool {
        match self {
            CompareOp::Lt => result.is_lt(),
            CompareOp::Le => result.is_le(),
            CompareOp::Eq => result.is_eq(),
            CompareOp::Ne => result.is_ne(),
            CompareOp::Gt => result.is_gt(),
            CompareOp::Ge => result.is_ge(),
        }
    }
}
