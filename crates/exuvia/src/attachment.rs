/*!
Is this thread attached to an interpreter?

CPython is asked. Where that cannot be asked, in a module for many versions that runs on 3.10 or 3.11, the crate keeps count of the
calls that have come in on this thread, and of the closures that run detached. The count may say no to a thread that is attached:
what it drops is then released a little later. It says yes to one that C code, within a call, has detached by itself.
*/

pub(crate) use self::how::{Inside, Outside, inside, is_current, outside};

/// CPython tells, and there is nothing to count.
#[cfg(not(all(Py_LIMITED_API, not(Py_3_12))))]
mod how {
    use crate::ffi;

    /// Lasts as long as a call from CPython, or an attachment that was made for the purpose.
    pub(crate) struct Inside(());

    impl Inside {
        /// It is over.
        #[inline(always)]
        pub(crate) fn end(self) {}
    }

    #[inline(always)]
    pub(crate) fn inside() -> Inside {
        Inside(())
    }

    /// Lasts as long as the thread is detached.
    pub(crate) struct Outside(());

    impl Outside {
        /// It is over.
        #[inline(always)]
        pub(crate) fn end(self) {}
    }

    #[inline(always)]
    pub(crate) fn outside() -> Outside {
        Outside(())
    }

    #[inline(always)]
    pub(crate) fn is_current() -> bool {
        // SAFETY: these functions may be called at any time, from any thread; they only read.
        #[cfg(not(Py_LIMITED_API))]
        unsafe {
            let current = ffi::compat::PyThreadState_GetUnchecked();
            // Since 3.12 the current thread state is kept for each thread. Before, it is that of whichever thread holds the
            // GIL; comparing does not follow the pointer.
            #[cfg(Py_3_12)]
            return !current.is_null();
            #[cfg(not(Py_3_12))]
            return !current.is_null() && current == ffi::PyGILState_GetThisThreadState();
        }
        // SAFETY: may be called at any time, from any thread: since 3.12 it looks at the state of this thread, and answers NULL
        // if there is none.
        #[cfg(Py_LIMITED_API)]
        unsafe {
            !ffi::PyThreadState_GetDict().is_null()
        }
    }
}

#[cfg(all(Py_LIMITED_API, not(Py_3_12)))]
mod how {
    use std::cell::Cell;
    use std::marker::PhantomData;
    use std::sync::OnceLock;

    use crate::ffi;
    use crate::version::PythonVersionInfo;

    thread_local! {
        /// How many calls and attachments are under way since the thread was last detached.
        static COUNT: Cell<usize> = const { Cell::new(0) };
    }

    fn change(to: impl FnOnce(usize) -> usize) -> usize {
        // A thread whose locals are gone counts as detached.
        COUNT
            .try_with(|count| count.replace(to(count.get())))
            .unwrap_or(0)
    }

    /// Lasts as long as a call from CPython, or an attachment that was made for the purpose.
    pub(crate) struct Inside(PhantomData<*mut ()>);

    impl Inside {
        /// It is over.
        pub(crate) fn end(self) {}
    }

    pub(crate) fn inside() -> Inside {
        change(|count| count + 1);
        Inside(PhantomData)
    }

    impl Drop for Inside {
        fn drop(&mut self) {
            change(|count| count.saturating_sub(1));
        }
    }

    /// Lasts as long as the thread is detached.
    pub(crate) struct Outside(usize, PhantomData<*mut ()>);

    impl Outside {
        /// It is over.
        pub(crate) fn end(self) {}
    }

    pub(crate) fn outside() -> Outside {
        Outside(change(|_| 0), PhantomData)
    }

    impl Drop for Outside {
        fn drop(&mut self) {
            change(|_| self.0);
        }
    }

    /// Does the interpreter keep the current thread state for each thread?
    fn tells() -> bool {
        static TELLS: OnceLock<bool> = OnceLock::new();
        *TELLS.get_or_init(|| PythonVersionInfo::running() >= (3, 12))
    }

    pub(crate) fn is_current() -> bool {
        if tells() {
            // SAFETY: may be called at any time, from any thread: since 3.12 it looks at the state of this thread, and answers
            // NULL if there is none. Before, it would follow a pointer to that of another thread.
            unsafe { !ffi::PyThreadState_GetDict().is_null() }
        } else {
            COUNT.try_with(Cell::get).unwrap_or(0) > 0
        }
    }
}
