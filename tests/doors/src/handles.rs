//! Types whose values C holds.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};

use exuvia_c::{Stopped, export};

/// How many counters there are.
static COUNTERS: AtomicU32 = AtomicU32::new(0);

/// Counts.
#[export]
pub struct Counter {
    count: i64,
}

#[export]
impl Counter {
    /// Begins with a number.
    pub fn new(from: i64) -> Self {
        COUNTERS.fetch_add(1, Ordering::Relaxed);
        Self { count: from }
    }

    /// Begins with the number in a text.
    pub fn read(text: &str) -> Result<Self, std::num::ParseIntError> {
        text.parse().map(Self::new)
    }

    /// How many counters there are.
    pub fn alive() -> u32 {
        COUNTERS.load(Ordering::Relaxed)
    }

    /// Adds a number, and gives the count.
    pub fn add(&mut self, number: i64) -> i64 {
        self.count += number;
        self.count
    }

    /// The count.
    pub fn count(&self) -> i64 {
        self.count
    }

    /// Adds another's count.
    pub fn merge(&mut self, other: &Counter) {
        self.count += other.count;
    }

    /// Whether it is more than another's.
    pub fn exceeds(&self, other: &Self) -> bool {
        self.count > other.count
    }

    /// Another of the same count.
    pub fn twin(&self) -> Counter {
        Self::new(self.count)
    }

    /// Calls back while it is in use.
    pub fn visit(
        &mut self,
        visit: &mut dyn FnMut(i64) -> Result<(), Stopped>,
    ) -> Result<(), Stopped> {
        visit(self.count)
    }

    /// Calls back while it is looked at.
    pub fn look(&self, visit: &mut dyn FnMut(i64) -> Result<(), Stopped>) -> Result<(), Stopped> {
        visit(self.count)
    }

    /// Not for C.
    #[allow(dead_code)]
    fn secret(&self) -> &i64 {
        &self.count
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        COUNTERS.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Stays in its thread.
#[export]
pub struct Local {
    count: Rc<i32>,
}

#[export]
impl Local {
    /// Makes one.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Self { count: Rc::new(3) }
    }

    /// The number.
    pub fn count(&self) -> i32 {
        *self.count
    }
}

/// May go to another thread, and not be in two at once.
#[export]
pub struct Alone {
    count: Cell<i64>,
}

#[export]
impl Alone {
    /// Makes one.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Self {
            count: Cell::new(0),
        }
    }

    /// Counts the calls, without being changed.
    pub fn touch(&self) -> i64 {
        self.count.set(self.count.get() + 1);
        self.count.get()
    }
}

/// Panics when it is given back.
#[export]
pub struct Mine;

#[export]
impl Mine {
    /// Makes one.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Self
    }
}

impl Drop for Mine {
    fn drop(&mut self) {
        panic!("stepped on");
    }
}
