/*!
Instances that have died and whose memory the next instances of the same class take.

Memory from CPython's allocator costs a third of what constructing a small object costs. The list is short: it is for objects that
come and go, such as the intermediate results of arithmetic. Only instances of the class itself go there, never those of Python
subclasses, which may have more than a [`ClassObject`](crate::class::cell::ClassObject).
*/

use std::cell::Cell;

use crate::ffi;
use crate::marker::Python;

/// As many instances as a list keeps.
const MOST: usize = 16;

/// The largest instances that are kept, in bytes: what CPython's allocator for small objects provides (`SMALL_REQUEST_THRESHOLD`
/// in its `obmalloc`).
const LARGEST: usize = 512;

/// The list of one class. The next object's address lies behind the header of each.
pub(crate) struct FreeList {
    first: Cell<*mut ffi::PyObject>,
    count: Cell<usize>,
}

// SAFETY: every method takes a token, and there is one attached thread at a time: without a GIL there is no list.
unsafe impl Sync for FreeList {}

impl FreeList {
    pub(crate) const fn new() -> Self {
        FreeList {
            first: Cell::new(std::ptr::null_mut()),
            count: Cell::new(0),
        }
    }

    /// Memory of an instance, with the class as its type; no object yet.
    #[inline]
    pub(crate) fn take(&self, _py: Python<'_>) -> Option<*mut ffi::PyObject> {
        let object = self.first.get();
        if object.is_null() {
            return None;
        }
        // SAFETY: `put` has left the next one's address there.
        self.first.set(unsafe { next(object).read() });
        self.count.set(self.count.get() - 1);
        Some(object)
    }

    /// Keeps the memory of an instance; `false` if there is no more room.
    ///
    /// # Safety
    /// `object` is a dead instance of the list's class itself, `size` bytes large, without contents, whose memory nobody frees.
    #[inline]
    pub(crate) unsafe fn put(
        &self,
        _py: Python<'_>,
        object: *mut ffi::PyObject,
        size: usize,
    ) -> bool {
        let count = self.count.get();
        if count == MOST || size > LARGEST {
            return false;
        }
        // SAFETY: an instance is larger than its header by a pointer at least (`ClassObject::SIZE`).
        unsafe { next(object).write(self.first.get()) };
        self.first.set(object);
        self.count.set(count + 1);
        true
    }
}

/// Where the next object's address lies.
unsafe fn next(object: *mut ffi::PyObject) -> *mut *mut ffi::PyObject {
    // SAFETY: within the instance.
    unsafe { object.add(1).cast() }
}
