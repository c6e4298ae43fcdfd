//! Handles: what C holds of a Rust value, and the tables that the values lie in.
//!
//! A handle is no pointer, though C sees it as one: it names a slot of its type's table and the generation of the value in it. So one
//! that was freed, or never was one, is known for what it is, as is one that is used twice at a time, or by a thread that its type may
//! not be used in. Slots are reused and never given back, and nothing here takes a lock: a process that forks while another thread is at
//! work leaves its child no lock that nobody will open.

use std::cell::UnsafeCell;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ops::{Deref, DerefMut};
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};

use crate::status::{Failure, Status};

#[cfg(not(target_pointer_width = "64"))]
compile_error!(
    "handles hold a slot and a generation of 32 bits each: exuvia-c is for 64-bit systems"
);

/// Slots in the first chunk; each later one is as long as all before it, so that 28 of them hold every position of 32 bits.
const FIRST_CHUNK: u32 = 32;
const CHUNKS: usize = 28;

// A slot's state: the generation of its value in the upper half, and what is going on with it in the lower.
const LIVE: u64 = 1 << 31;
const EXCLUSIVE: u64 = 1 << 30;
const SHARED: u64 = EXCLUSIVE - 1;
const GENERATION: u32 = 32;

/// A slot of no thread, which is used by all.
const ANY_THREAD: u64 = 0;

/// A type whose values C holds as handles.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot cross to C",
    label = "neither a number, a text, a slice nor an exported type",
    note = "write `#[exuvia_c::export]` at the type, and C holds its values as handles"
)]
pub trait Opaque: Sized + 'static {
    /// Its name in messages.
    const NAME: &'static str;

    /// Where its values lie.
    fn table() -> &'static Table<Self>;
}

/// Keeps a value in its type's table, and gives its handle.
pub fn insert<T: Opaque>(value: T) -> *mut T {
    T::table().insert(value)
}

/// The value of a handle, to look at.
///
/// # Errors
///
/// As of [`Table::shared`].
pub fn shared<T: Opaque>(handle: *const T) -> Result<Shared<'static, T>, Failure> {
    T::table().shared(handle)
}

/// The value of a handle, to change.
///
/// # Errors
///
/// As of [`Table::exclusive`].
pub fn exclusive<T: Opaque>(handle: *const T) -> Result<Exclusive<'static, T>, Failure> {
    T::table().exclusive(handle)
}

/// Tells of a type whether it is `Send` and `Sync`: the constants of this type where it is, those of [`Neither`] where it is not.
pub struct Probe<T>(PhantomData<T>);

/// What [`Probe`] falls back on.
pub trait Neither {
    /// Whether it is `Send`.
    const IS_SEND: bool = false;
    /// Whether it is `Sync`.
    const IS_SYNC: bool = false;
}

impl<T> Neither for Probe<T> {}

impl<T: Send> Probe<T> {
    /// Whether it is `Send`.
    pub const IS_SEND: bool = true;
}

impl<T: Sync> Probe<T> {
    /// Whether it is `Sync`.
    pub const IS_SYNC: bool = true;
}

/// The values of one type that C holds.
pub struct Table<T> {
    chunks: [AtomicPtr<Slot<T>>; CHUNKS],
    /// The first slot that had a value and has none, as in [`Slot::next`]; above it, how often this has changed, so that a thread that
    /// was away does not take a slot for the one that it saw, unless that was 2³² changes ago to the one.
    vacant: AtomicU64,
    /// How many slots have ever had a value.
    used: AtomicU32,
    is_send: bool,
    is_sync: bool,
}

struct Slot<T> {
    state: AtomicU64,
    /// The number of the thread that its value is of, where the type is not `Send`. Written before the value is live.
    thread: AtomicU64,
    /// The vacant slot after this one: its position and 1, or 0 for none.
    next: AtomicU32,
    value: UnsafeCell<MaybeUninit<T>>,
}

// SAFETY: a slot's value is reached under `state` alone: by one thread at a time, or by several that share it where the type is `Sync`;
// and in the thread that put it there where the type is not `Send`, which `new` has its caller's word for.
unsafe impl<T> Sync for Table<T> {}

impl<T: Opaque> Table<T> {
    /// An empty table.
    ///
    /// # Safety
    ///
    /// `is_send` and `is_sync` are true only where `T` is `Send` and `Sync`.
    pub const unsafe fn new(is_send: bool, is_sync: bool) -> Self {
        Self {
            chunks: [const { AtomicPtr::new(ptr::null_mut()) }; CHUNKS],
            vacant: AtomicU64::new(0),
            used: AtomicU32::new(0),
            is_send,
            is_sync,
        }
    }

    /// Keeps a value, and gives its handle, which is never NULL.
    pub fn insert(&self, value: T) -> *mut T {
        let position = self.pop().unwrap_or_else(|| self.grow());
        let slot = self.slot(position).expect("its chunk is there");
        let thread = if self.is_send {
            ANY_THREAD
        } else {
            this_thread()
        };
        slot.thread.store(thread, Ordering::Relaxed);
        // SAFETY: no value is in the slot, and nobody else was given its position.
        unsafe {
            (*slot.value.get()).write(value);
        }
        let generation = (slot.state.load(Ordering::Relaxed) >> GENERATION) + 1;
        let state = (generation << GENERATION) | LIVE;
        slot.state.store(state, Ordering::Release);
        let handle = (generation as usize) << 32 | position as usize;
        ptr::without_provenance_mut(handle)
    }

    /// Takes a value out, after which its handle is one that was freed. NULL is freed as C frees it: nothing happens.
    ///
    /// # Errors
    ///
    /// There is no such value, it is in use, or it is of another thread.
    pub fn free(&self, handle: *mut T) -> Result<(), Failure> {
        if handle.is_null() {
            return Ok(());
        }
        let value = self.exclusive(handle)?;
        let slot = value.slot;
        let state = slot.state.load(Ordering::Relaxed);
        let generation = state >> GENERATION;
        // SAFETY: the value is in exclusive use, and never again live in this generation.
        let value = unsafe {
            std::mem::forget(value);
            (*slot.value.get()).assume_init_read()
        };
        slot.state
            .store(generation << GENERATION, Ordering::Release);
        // A slot whose generations are used up is left alone, so that no handle ever comes back.
        if generation < u64::from(u32::MAX) {
            self.push(handle.addr() as u32, slot);
        }
        drop(value);
        Ok(())
    }

    /// The value of a handle, to look at.
    ///
    /// # Errors
    ///
    /// There is no such value, it is in use otherwise, or it is of another thread.
    pub fn shared(&self, handle: *const T) -> Result<Shared<'_, T>, Failure> {
        if self.is_send && !self.is_sync {
            // Two threads may not look at it at once, so that it is as good as one that is changed.
            return self.exclusive(handle).map(|value| Shared {
                guard: Guard::Exclusive(value),
            });
        }
        let slot = self.take(handle, |state| {
            let is_free = state & EXCLUSIVE == 0 && state & SHARED < SHARED;
            is_free.then_some(state + 1)
        })?;
        Ok(Shared {
            guard: Guard::Shared(slot),
        })
    }

    /// The value of a handle, to change.
    ///
    /// # Errors
    ///
    /// There is no such value, it is in use, or it is of another thread.
    pub fn exclusive(&self, handle: *const T) -> Result<Exclusive<'_, T>, Failure> {
        let slot = self.take(handle, |state| {
            let is_free = state & (EXCLUSIVE | SHARED) == 0;
            is_free.then_some(state | EXCLUSIVE)
        })?;
        Ok(Exclusive { slot })
    }

    /// Changes the state of a handle's slot to one in which it is used.
    fn take(
        &self,
        handle: *const T,
        used: impl Fn(u64) -> Option<u64>,
    ) -> Result<&Slot<T>, Failure> {
        let failure = |status, what: &str| Failure::new(status, format!("the {} {what}", T::NAME));
        if handle.is_null() {
            return Err(failure(Status::Null, "is NULL"));
        }
        let freed = || failure(Status::Freed, "was freed");
        let slot = self.slot(handle.addr() as u32).ok_or_else(freed)?;
        let live = (handle.addr() as u64 >> 32 << GENERATION) | LIVE;
        let mut state = slot.state.load(Ordering::Acquire);
        loop {
            if state & !(EXCLUSIVE | SHARED) != live {
                return Err(freed());
            }
            // Before it is taken, so that its own thread never finds it in use by one that may not have it. The thread of a slot that
            // was freed since and is used again may be another's; only its own thread frees it, so that this one is wrong in any case.
            let thread = slot.thread.load(Ordering::Relaxed);
            if thread != ANY_THREAD && thread != this_thread() {
                return Err(failure(Status::Thread, "belongs to another thread"));
            }
            let Some(next) = used(state) else {
                return Err(failure(Status::Busy, "is in use by another call"));
            };
            match slot.state.compare_exchange_weak(
                state,
                next,
                Ordering::Acquire,
                Ordering::Acquire,
            ) {
                Ok(_) => return Ok(slot),
                Err(found) => state = found,
            }
        }
    }

    /// The slot at a position, where its chunk is there.
    fn slot(&self, position: u32) -> Option<&Slot<T>> {
        let (chunk, offset) = place(position);
        let chunk = self.chunks[chunk].load(Ordering::Acquire);
        // SAFETY: a chunk that is there has the length that `place` goes by, and stays.
        (!chunk.is_null()).then(|| unsafe { &*chunk.add(offset) })
    }

    /// A slot that had a value, to be used again.
    fn pop(&self) -> Option<u32> {
        let mut head = self.vacant.load(Ordering::Acquire);
        loop {
            let position = (head as u32).checked_sub(1)?;
            let next = self.slot(position)?.next.load(Ordering::Relaxed);
            match self.vacant.compare_exchange_weak(
                head,
                after(head, next),
                Ordering::Acquire,
                Ordering::Acquire,
            ) {
                Ok(_) => return Some(position),
                Err(found) => head = found,
            }
        }
    }

    /// Leaves a slot to be used again.
    fn push(&self, position: u32, slot: &Slot<T>) {
        let mut head = self.vacant.load(Ordering::Relaxed);
        loop {
            slot.next.store(head as u32, Ordering::Relaxed);
            match self.vacant.compare_exchange_weak(
                head,
                after(head, position + 1),
                Ordering::Release,
                Ordering::Relaxed,
            ) {
                Ok(_) => return,
                Err(found) => head = found,
            }
        }
    }

    /// A slot that never had a value.
    fn grow(&self) -> u32 {
        let position = self
            .used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
                used.checked_add(1)
            })
            .expect("not so many handles");
        let (chunk, _) = place(position);
        if self.chunks[chunk].load(Ordering::Acquire).is_null() {
            self.make_chunk(chunk);
        }
        position
    }

    /// Makes a chunk, unless another thread is quicker.
    fn make_chunk(&self, chunk: usize) {
        let length = (FIRST_CHUNK as usize) << chunk.saturating_sub(1);
        let slots: Box<[Slot<T>]> = (0..length)
            .map(|_| Slot {
                state: AtomicU64::new(u64::from(first_generation(T::NAME)) << GENERATION),
                thread: AtomicU64::new(ANY_THREAD),
                next: AtomicU32::new(0),
                value: UnsafeCell::new(MaybeUninit::uninit()),
            })
            .collect();
        let slots = Box::into_raw(slots);
        let made = self.chunks[chunk].compare_exchange(
            ptr::null_mut(),
            slots.cast(),
            Ordering::Release,
            Ordering::Relaxed,
        );
        if made.is_err() {
            // SAFETY: it is of `into_raw`, and nobody else has it.
            drop(unsafe { Box::from_raw(slots) });
        }
    }
}

/// What comes after a head of the vacant slots: one that begins with `first`, as in [`Slot::next`].
fn after(head: u64, first: u32) -> u64 {
    let changes = (head >> 32).wrapping_add(1);
    changes << 32 | u64::from(first)
}

/// The number of the calling thread: never [`ANY_THREAD`], and never another's.
fn this_thread() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(ANY_THREAD + 1);
    thread_local! {
        static NUMBER: u64 = NEXT.fetch_add(1, Ordering::Relaxed);
    }
    NUMBER.with(|number| *number)
}

/// Where a type's generations begin: by its name, so that a handle of one type is hardly ever one of another's. At most half of all that
/// there are.
///
/// The numbers are FNV-1a's (draft-eastlake-fnv-17.2, section 5).
const fn first_generation(name: &str) -> u32 {
    let name = name.as_bytes();
    let mut hash = 0x811c_9dc5_u32;
    let mut at = 0;
    while at < name.len() {
        hash = (hash ^ name[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    hash >> 1
}

/// The chunk of a position, and its offset there.
fn place(position: u32) -> (usize, usize) {
    if position < FIRST_CHUNK {
        return (0, position as usize);
    }
    let chunk = (position / FIRST_CHUNK).ilog2() as usize + 1;
    let begin = FIRST_CHUNK << (chunk - 1);
    (chunk, (position - begin) as usize)
}

/// A value in shared use.
pub struct Shared<'t, T> {
    guard: Guard<'t, T>,
}

enum Guard<'t, T> {
    Shared(&'t Slot<T>),
    Exclusive(Exclusive<'t, T>),
}

impl<T> Deref for Shared<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        match &self.guard {
            // SAFETY: the value is live while its state counts this use.
            Guard::Shared(slot) => unsafe { (*slot.value.get()).assume_init_ref() },
            Guard::Exclusive(value) => value,
        }
    }
}

impl<T> Drop for Shared<'_, T> {
    fn drop(&mut self) {
        if let Guard::Shared(slot) = &self.guard {
            slot.state.fetch_sub(1, Ordering::Release);
        }
    }
}

/// A value in exclusive use.
pub struct Exclusive<'t, T> {
    slot: &'t Slot<T>,
}

impl<T> Deref for Exclusive<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the value is live while its state says that it is in exclusive use.
        unsafe { (*self.slot.value.get()).assume_init_ref() }
    }
}

impl<T> DerefMut for Exclusive<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above, and the use is exclusive.
        unsafe { (*self.slot.value.get()).assume_init_mut() }
    }
}

impl<T> Drop for Exclusive<'_, T> {
    fn drop(&mut self) {
        self.slot.state.fetch_and(!EXCLUSIVE, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::{CHUNKS, FIRST_CHUNK, Neither, Opaque, Probe, Table, place};
    use crate::status::Status;

    macro_rules! opaque {
        ($type:ty) => {
            impl Opaque for $type {
                const NAME: &'static str = stringify!($type);

                fn table() -> &'static Table<Self> {
                    static TABLE: Table<$type> =
                        // SAFETY: what is told of the type is what the compiler says of it.
                        unsafe { Table::new(Probe::<$type>::IS_SEND, Probe::<$type>::IS_SYNC) };
                    &TABLE
                }
            }
        };
    }

    struct Plain(u32);
    struct Local(Rc<u32>);
    struct Lonely(Cell<u32>);
    struct Counted(Arc<AtomicUsize>);
    opaque!(Plain);
    opaque!(Local);
    opaque!(Lonely);
    opaque!(Counted);

    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn code<T>(result: Result<T, crate::status::Failure>) -> i32 {
        result.err().map_or(0, |failure| failure.code)
    }

    #[test]
    fn what_a_type_may_is_known() {
        assert_eq!(
            (Probe::<Plain>::IS_SEND, Probe::<Plain>::IS_SYNC),
            (true, true)
        );
        assert_eq!(
            (Probe::<Local>::IS_SEND, Probe::<Local>::IS_SYNC),
            (false, false)
        );
        assert_eq!(
            (Probe::<Lonely>::IS_SEND, Probe::<Lonely>::IS_SYNC),
            (true, false)
        );
    }

    #[test]
    fn chunks_hold_every_position_once() {
        let mut expected = (0, 0);
        for position in 0..10_000 {
            let found = place(position);
            if position > 0 && found.1 == 0 {
                expected = (expected.0 + 1, 0);
            }
            assert_eq!(found, expected);
            expected.1 += 1;
        }
        let length = (FIRST_CHUNK as usize) << (CHUNKS - 2);
        assert_eq!(place(u32::MAX), (CHUNKS - 1, length - 1));
    }

    #[test]
    fn a_handle_is_known_until_it_is_freed() {
        let table = Plain::table();
        let handles: Vec<_> = (0..100).map(|number| table.insert(Plain(number))).collect();
        for (number, &handle) in handles.iter().enumerate() {
            assert_eq!(table.shared(handle).unwrap().0, number as u32);
        }
        table.exclusive(handles[7]).unwrap().0 = 70;
        assert_eq!(table.shared(handles[7]).unwrap().0, 70);
        table.free(handles[7]).unwrap();
        assert_eq!(code(table.shared(handles[7])), Status::Freed as i32);
        assert_eq!(code(table.free(handles[7])), Status::Freed as i32);
        let next = table.insert(Plain(0));
        assert_ne!(
            next, handles[7],
            "a slot that is used again is another handle"
        );
        assert_eq!(code(table.shared(handles[7])), Status::Freed as i32);
        assert_eq!(code(table.free(std::ptr::null_mut())), 0);
        assert_eq!(code(table.shared(std::ptr::null())), Status::Null as i32);
        for made_up in [1, 1 << 32, usize::MAX, 0x7fff_ffff_0000_0001] {
            let handle = std::ptr::without_provenance_mut(made_up);
            if handles.contains(&handle) || handle == next {
                continue;
            }
            assert_eq!(
                code(table.exclusive(handle)),
                Status::Freed as i32,
                "{made_up:x}"
            );
        }
    }

    #[test]
    fn a_handle_is_none_of_another_type() {
        let handle = Plain::table().insert(Plain(1));
        let other = Lonely::table().insert(Lonely(Cell::new(1)));
        assert_eq!(
            code(Lonely::table().shared(handle.cast())),
            Status::Freed as i32
        );
        Plain::table().free(handle).unwrap();
        Lonely::table().free(other).unwrap();
        // Every type has half of all generations before it.
        assert!(super::first_generation("thing") <= u32::MAX / 2);
        assert_ne!(
            super::first_generation("thing"),
            super::first_generation("another thing")
        );
    }

    #[test]
    fn a_value_is_shared_or_changed() {
        let table = Plain::table();
        let handle = table.insert(Plain(1));
        let (one, two) = (table.shared(handle).unwrap(), table.shared(handle).unwrap());
        assert_eq!(one.0 + two.0, 2);
        drop(one);
        assert_eq!(code(table.exclusive(handle)), Status::Busy as i32);
        assert_eq!(code(table.free(handle)), Status::Busy as i32);
        drop(two);
        let changed = table.exclusive(handle).unwrap();
        assert_eq!(code(table.shared(handle)), Status::Busy as i32);
        assert_eq!(code(table.exclusive(handle)), Status::Busy as i32);
        drop(changed);
        table.free(handle).unwrap();
    }

    #[test]
    fn a_value_stays_in_its_thread_where_it_must() {
        let handle = Local::table().insert(Local(Rc::new(5)));
        let address = handle.addr();
        std::thread::spawn(move || {
            let handle = std::ptr::without_provenance_mut(address);
            assert_eq!(code(Local::table().shared(handle)), Status::Thread as i32);
            assert_eq!(
                code(Local::table().exclusive(handle)),
                Status::Thread as i32
            );
            assert_eq!(code(Local::table().free(handle)), Status::Thread as i32);
        })
        .join()
        .unwrap();
        let one = Local::table().shared(handle).unwrap();
        assert_eq!(*Local::table().shared(handle).unwrap().0, 5);
        drop(one);
        Local::table().free(handle).unwrap();
    }

    #[test]
    fn what_a_wrong_thread_tries_is_not_seen_by_the_right_one() {
        let handle = Local::table().insert(Local(Rc::new(5)));
        let address = handle.addr();
        let rounds = if cfg!(miri) { 100 } else { 100_000 };
        let wrong = std::thread::spawn(move || {
            let handle: *mut Local = std::ptr::without_provenance_mut(address);
            (0..rounds).all(|_| code(Local::table().exclusive(handle)) == Status::Thread as i32)
        });
        for _ in 0..rounds {
            assert_eq!(*Local::table().exclusive(handle).unwrap().0, 5);
        }
        assert!(wrong.join().unwrap());
        Local::table().free(handle).unwrap();
    }

    #[test]
    fn what_threads_may_not_share_is_used_by_one() {
        let table = Lonely::table();
        let handle = table.insert(Lonely(Cell::new(1)));
        let one = table.shared(handle).unwrap();
        assert_eq!(code(table.shared(handle)), Status::Busy as i32);
        one.0.set(2);
        drop(one);
        assert_eq!(table.shared(handle).unwrap().0.get(), 2);
        table.free(handle).unwrap();
    }

    #[test]
    fn threads_that_free_and_use_the_same_handles_see_no_dead_value() {
        let (rounds, threads) = if cfg!(miri) { (20, 3) } else { (20_000, 4) };
        let dropped = Arc::new(AtomicUsize::new(0));
        let current = Arc::new(AtomicUsize::new(0));
        let made = Arc::new(AtomicUsize::new(0));
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                let (dropped, current, made) = (dropped.clone(), current.clone(), made.clone());
                std::thread::spawn(move || {
                    let table = Counted::table();
                    for _ in 0..rounds {
                        let handle: *mut Counted =
                            std::ptr::without_provenance_mut(current.load(Ordering::Relaxed));
                        if let Ok(value) = table.shared(handle) {
                            assert!(Arc::strong_count(&value.0) > 0);
                        }
                        if table.free(handle).is_ok() {
                            made.fetch_add(1, Ordering::Relaxed);
                            let next = table.insert(Counted(dropped.clone()));
                            current.store(next.addr(), Ordering::Relaxed);
                        }
                    }
                })
            })
            .collect();
        for worker in workers {
            worker.join().unwrap();
        }
        assert!(made.load(Ordering::Relaxed) > 0);
        assert_eq!(
            Arc::strong_count(&dropped) - 1 + dropped.load(Ordering::Relaxed),
            made.load(Ordering::Relaxed)
        );
    }
}
