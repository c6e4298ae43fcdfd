/*!
Critical sections: objects kept from other threads on builds without a GIL (PEP 703).

With a GIL there is nothing to lock: the functions call the closure. Without one, CPython may give up the locks of a section
while its thread is detached or waits for another section, and takes them again afterwards.
*/

use crate::instance::Bound;
use crate::types::PyAny;

/// Runs `f` while no other thread can lock `object`, as CPython itself does for the methods of `list` and `dict`.
///
/// With a GIL that is so as long as `f` runs no Python code.
#[inline]
pub fn with_critical_section<F, R>(object: &Bound<'_, PyAny>, f: F) -> R
where
    F: FnOnce() -> R,
{
    #[cfg(not(Py_GIL_DISABLED))]
    let _ = object;
    #[cfg(Py_GIL_DISABLED)]
    let mut section = locks::Section::new();
    #[cfg(Py_GIL_DISABLED)]
    let _locked = section.lock(object);
    f()
}

/// Runs `f` while no other thread can lock either object; locks them in one order, so that two such sections never wait
/// for each other.
#[inline]
pub fn with_critical_section2<F, R>(a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>, f: F) -> R
where
    F: FnOnce() -> R,
{
    #[cfg(not(Py_GIL_DISABLED))]
    let _ = (a, b);
    #[cfg(Py_GIL_DISABLED)]
    let mut section = locks::Section2::new();
    #[cfg(Py_GIL_DISABLED)]
    let _locked = section.lock(a, b);
    f()
}

#[cfg(Py_GIL_DISABLED)]
mod locks {
    use std::mem::MaybeUninit;

    use crate::ffi;
    use crate::instance::Bound;
    use crate::types::PyAny;

    /// The place of a section, which CPython links into the thread's list of sections by its address.
    pub(super) struct Section(MaybeUninit<ffi::PyCriticalSection>);
    /// The place of a section with two objects.
    pub(super) struct Section2(MaybeUninit<ffi::PyCriticalSection2>);

    impl Section {
        pub(super) const fn new() -> Self {
            Section(MaybeUninit::zeroed())
        }

        /// Borrowed mutably while it is locked, the section cannot move.
        pub(super) fn lock<'a>(&'a mut self, object: &Bound<'_, PyAny>) -> Locked<'a> {
            // SAFETY: the object is alive, and the section stays where it is until it is ended.
            unsafe { ffi::PyCriticalSection_Begin(self.0.as_mut_ptr(), object.as_ptr()) };
            Locked(self)
        }
    }

    impl Section2 {
        pub(super) const fn new() -> Self {
            Section2(MaybeUninit::zeroed())
        }

        /// As [`Section::lock`].
        pub(super) fn lock<'a>(
            &'a mut self,
            a: &Bound<'_, PyAny>,
            b: &Bound<'_, PyAny>,
        ) -> Locked2<'a> {
            // SAFETY: the objects are alive, and the section stays where it is until it is ended.
            unsafe { ffi::PyCriticalSection2_Begin(self.0.as_mut_ptr(), a.as_ptr(), b.as_ptr()) };
            Locked2(self)
        }
    }

    /// Ends the section when it is dropped.
    pub(super) struct Locked<'a>(&'a mut Section);
    /// Ends the section when it is dropped.
    pub(super) struct Locked2<'a>(&'a mut Section2);

    impl Drop for Locked<'_> {
        fn drop(&mut self) {
            // SAFETY: begun on this thread: the guard never leaves the function that made it.
            unsafe { ffi::PyCriticalSection_End(self.0.0.as_mut_ptr()) }
        }
    }

    impl Drop for Locked2<'_> {
        fn drop(&mut self) {
            // SAFETY: begun on this thread: the guard never leaves the function that made it.
            unsafe { ffi::PyCriticalSection2_End(self.0.0.as_mut_ptr()) }
        }
    }
}
