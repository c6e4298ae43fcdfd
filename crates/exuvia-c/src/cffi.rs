//! The library as a module of cffi in API mode, without a compiler of C and without Python's headers.
//!
//! In ABI mode cffi calls each function through libffi, which takes about twice as long as in API mode, where a function of C reads Python's
//! objects and calls the other. cffi generates those functions, and tables of types beside them, as C that includes `Python.h`; here
//! `exuvia-c-build` generates the same as Rust. What they need of CPython is looked up in the process when cffi asks for the module: so the library
//! depends on no Python, and where there is none, or another one than CPython, cffi goes on in ABI mode.
//!
//! Source of the layouts and numbers: `parse_c_type.h` and `_cffi_include.h` of cffi, whose version 0x2601 every cffi since 1.0 reads.

use std::cell::UnsafeCell;
use std::ffi::{CStr, c_char, c_double, c_int, c_long, c_longlong, c_uint, c_ulonglong, c_void};
use std::mem::{ManuallyDrop, transmute};
use std::ptr;
use std::sync::OnceLock;

/// An object of Python's.
pub type Object = c_void;

/// What cffi calls for a function: with nothing, one argument, or a tuple. A thread that comes back when its interpreter has ended is
/// unwound by CPython, before 3.14, which nothing in such a function may stand in the way of.
pub type Call = unsafe extern "C-unwind" fn(*mut Object, *mut Object) -> *mut Object;

/// The operations of a table of types that are used here.
pub mod op {
    /// A primitive type.
    pub const PRIMITIVE: usize = 1;
    /// A pointer.
    pub const POINTER: usize = 3;
    /// A structure.
    pub const STRUCT: usize = 9;
    /// The beginning of a function's type: its result, and behind it its parameters.
    pub const FUNCTION: usize = 13;
    /// The end of one.
    pub const FUNCTION_END: usize = 15;
    /// What an index is of.
    pub const NOOP: usize = 17;
    /// A function that is called with a tuple.
    pub const CALL_TUPLE: usize = 23;
    /// A function that is called with nothing.
    pub const CALL_NOTHING: usize = 25;
    /// A function that is called with one argument.
    pub const CALL_ONE: usize = 27;
}

/// Flag of a structure whose members nobody knows.
pub const OPAQUE: c_int = 0x10;

/// An operation and its argument.
pub const fn operation(op: usize, argument: usize) -> *mut c_void {
    ptr::without_provenance_mut(op | (argument << 8))
}

/// A table of types, into which cffi writes the types that it makes of them.
pub struct Types<const N: usize>(UnsafeCell<[*mut c_void; N]>);

// SAFETY: only cffi writes to it, under the lock of its interpreter, and only the functions that it calls read it, under the same.
unsafe impl<const N: usize> Sync for Types<N> {}

impl<const N: usize> Types<N> {
    /// A table of operations.
    ///
    /// # Safety
    ///
    /// It is given to cffi, in the [`Context`] of the module whose functions read it, and to nobody else.
    pub const unsafe fn new(operations: [*mut c_void; N]) -> Self {
        Self(UnsafeCell::new(operations))
    }

    /// The table, for cffi.
    pub const fn as_ptr(&self) -> *mut *mut c_void {
        self.0.get().cast()
    }

    /// The type that cffi made at an index.
    fn made(&self, index: usize) -> *mut c_void {
        // SAFETY: the table is written to by cffi alone, which calls this.
        unsafe { (*self.0.get())[index] }
    }
}

/// A function of the library.
#[repr(C)]
pub struct Global {
    /// Its name.
    pub name: *const c_char,
    /// What cffi calls.
    pub call: Call,
    /// How, and the index of its type.
    pub operation: *mut c_void,
    /// The function itself.
    pub direct: *const c_void,
}

/// A member of a structure.
#[repr(C)]
pub struct Field {
    /// Its name.
    pub name: *const c_char,
    /// Where it begins, in bytes.
    pub offset: usize,
    /// Its length in bytes.
    pub size: usize,
    /// The index of its type.
    pub operation: *mut c_void,
}

/// A structure.
#[repr(C)]
pub struct Struct {
    /// Its name.
    pub name: *const c_char,
    /// The index of its type.
    pub index: c_int,
    /// [`OPAQUE`], or nothing.
    pub flags: c_int,
    /// Its length in bytes, or -1.
    pub size: usize,
    /// What its place is a multiple of, or -1.
    pub alignment: c_int,
    /// Its first member, or -1.
    pub first: c_int,
    /// How many members it has.
    pub fields: c_int,
}

/// A name of a type.
#[repr(C)]
pub struct Typename {
    /// The name.
    pub name: *const c_char,
    /// The index of the type.
    pub index: c_int,
}

/// All tables, each sorted by names but for the types.
#[repr(C)]
pub struct Context {
    /// Types.
    pub types: *mut *mut c_void,
    /// Functions.
    pub globals: *const Global,
    /// Members of structures, those of each together.
    pub fields: *const Field,
    /// Structures.
    pub structs: *const Struct,
    /// None.
    pub enums: *const c_void,
    /// Names of types.
    pub typenames: *const Typename,
    /// How many functions there are; so below.
    pub global_count: c_int,
    /// Structures.
    pub struct_count: c_int,
    /// None.
    pub enum_count: c_int,
    /// Names of types.
    pub typename_count: c_int,
    /// None.
    pub includes: *const *const c_char,
    /// Types.
    pub type_count: c_int,
    /// None.
    pub flags: c_int,
}

/// A table that is read alone.
pub struct Table<T>(T);

impl<T> Table<T> {
    /// A table.
    ///
    /// # Safety
    ///
    /// Its pointers lead to what is static and never changed, but for types, of which [`Types::new`] says why it may be; what it holds is as
    /// its fields say; and it holds nothing that changes by itself.
    pub const unsafe fn new(entries: T) -> Self {
        Self(entries)
    }

    /// What is in it.
    pub const fn get(&self) -> &T {
        &self.0
    }
}

// SAFETY: `new` has its caller's word that nothing changes.
unsafe impl<T> Sync for Table<T> {}

/// What cffi exports to its modules: `_cffi_exports`, by their places there.
const EXPORTS: usize = 28;

/// What cffi is given: a name, its version, the place for its exports, and the tables.
#[repr(C)]
struct Module {
    name: *const c_char,
    version: usize,
    exports: *mut [*mut c_void; EXPORTS],
    context: *const Context,
}

/// What is written into `exports` by cffi before it calls anything.
struct Exports(UnsafeCell<[*mut c_void; EXPORTS]>);

// SAFETY: cffi writes it once for each import, under its interpreter's lock, and always the same.
unsafe impl Sync for Exports {}

static CFFI: Exports = Exports(UnsafeCell::new([ptr::null_mut(); EXPORTS]));

impl Exports {
    fn get(&self, at: usize) -> *mut c_void {
        // SAFETY: cffi has written it when it calls what reads it.
        unsafe { (*self.0.get())[at] }
    }
}

/// What is needed of CPython's C API, all of it of its stable ABI.
pub struct Python {
    tuple_size: unsafe extern "C" fn(*mut Object) -> isize,
    tuple_item: unsafe extern "C" fn(*mut Object, isize) -> *mut Object,
    unpack: unsafe extern "C" fn(*mut Object, *const c_char, isize, isize, ...) -> c_int,
    occurred: unsafe extern "C" fn() -> *mut Object,
    leave: unsafe extern "C" fn() -> *mut c_void,
    enter: unsafe extern "C-unwind" fn(*mut c_void),
    from_long: unsafe extern "C" fn(c_long) -> *mut Object,
    from_long_long: unsafe extern "C" fn(c_longlong) -> *mut Object,
    from_unsigned: unsafe extern "C" fn(c_ulonglong) -> *mut Object,
    from_bool: unsafe extern "C" fn(c_long) -> *mut Object,
    from_double: unsafe extern "C" fn(c_double) -> *mut Object,
    as_double: unsafe extern "C" fn(*mut Object) -> c_double,
    count: unsafe extern "C" fn(*mut Object),
    discount: unsafe extern "C" fn(*mut Object),
    whole: unsafe extern "C" fn(*mut Object) -> *mut Object,
    no_memory: unsafe extern "C" fn() -> *mut Object,
    none: *mut Object,
}

// SAFETY: functions, and an object that lives as long as the process.
unsafe impl Send for Python {}
// SAFETY: as above.
unsafe impl Sync for Python {}

#[cfg(target_os = "linux")]
unsafe extern "C" {
    fn dlsym(handle: *mut c_void, name: *const c_char) -> *mut c_void;
}

/// What is called so in this process, whoever has it (`RTLD_DEFAULT` of glibc and musl).
#[cfg(target_os = "linux")]
fn look_up(name: &CStr) -> Option<*mut c_void> {
    // SAFETY: the name ends in a NUL.
    let found = unsafe { dlsym(ptr::null_mut(), name.as_ptr()) };
    (!found.is_null()).then_some(found)
}

#[cfg(not(target_os = "linux"))]
fn look_up(_name: &CStr) -> Option<*mut c_void> {
    None
}

impl Python {
    /// The CPython of this process, where there is one.
    fn find() -> Option<&'static Self> {
        static PYTHON: OnceLock<Option<Python>> = OnceLock::new();
        PYTHON.get_or_init(Self::look_for).as_ref()
    }

    fn look_for() -> Option<Self> {
        // SAFETY: each is of the type that CPython's headers declare it with.
        unsafe {
            Some(Self {
                tuple_size: transmute::<*mut c_void, unsafe extern "C" fn(*mut Object) -> isize>(
                    look_up(c"PyTuple_Size")?,
                ),
                tuple_item: transmute::<
                    *mut c_void,
                    unsafe extern "C" fn(*mut Object, isize) -> *mut Object,
                >(look_up(c"PyTuple_GetItem")?),
                unpack: transmute::<
                    *mut c_void,
                    unsafe extern "C" fn(*mut Object, *const c_char, isize, isize, ...) -> c_int,
                >(look_up(c"PyArg_UnpackTuple")?),
                occurred: transmute::<*mut c_void, unsafe extern "C" fn() -> *mut Object>(look_up(
                    c"PyErr_Occurred",
                )?),
                leave: transmute::<*mut c_void, unsafe extern "C" fn() -> *mut c_void>(look_up(
                    c"PyEval_SaveThread",
                )?),
                enter: transmute::<*mut c_void, unsafe extern "C-unwind" fn(*mut c_void)>(look_up(
                    c"PyEval_RestoreThread",
                )?),
                from_long: transmute::<*mut c_void, unsafe extern "C" fn(c_long) -> *mut Object>(
                    look_up(c"PyLong_FromLong")?,
                ),
                from_long_long: transmute::<
                    *mut c_void,
                    unsafe extern "C" fn(c_longlong) -> *mut Object,
                >(look_up(c"PyLong_FromLongLong")?),
                from_unsigned: transmute::<
                    *mut c_void,
                    unsafe extern "C" fn(c_ulonglong) -> *mut Object,
                >(look_up(c"PyLong_FromUnsignedLongLong")?),
                from_bool: transmute::<*mut c_void, unsafe extern "C" fn(c_long) -> *mut Object>(
                    look_up(c"PyBool_FromLong")?,
                ),
                from_double: transmute::<*mut c_void, unsafe extern "C" fn(c_double) -> *mut Object>(
                    look_up(c"PyFloat_FromDouble")?,
                ),
                as_double: transmute::<*mut c_void, unsafe extern "C" fn(*mut Object) -> c_double>(
                    look_up(c"PyFloat_AsDouble")?,
                ),
                count: transmute::<*mut c_void, unsafe extern "C" fn(*mut Object)>(look_up(
                    c"Py_IncRef",
                )?),
                discount: transmute::<*mut c_void, unsafe extern "C" fn(*mut Object)>(look_up(
                    c"Py_DecRef",
                )?),
                whole: transmute::<*mut c_void, unsafe extern "C" fn(*mut Object) -> *mut Object>(
                    look_up(c"PyNumber_Index")?,
                ),
                no_memory: transmute::<*mut c_void, unsafe extern "C" fn() -> *mut Object>(
                    look_up(c"PyErr_NoMemory")?,
                ),
                none: look_up(c"_Py_NoneStruct")?,
            })
        }
    }
}

/// What is given to cffi's `_init_cffi_1_0_external_module`, or NULL where there is no CPython. It lives as long as the process.
pub fn module(name: &'static CStr, context: &'static Table<Context>) -> *const c_void {
    if Python::find().is_none() {
        return ptr::null();
    }
    let module = Module {
        name: name.as_ptr(),
        // The version that cffi knows such modules by.
        version: 0x2601,
        exports: CFFI.0.get(),
        context: &raw const context.0,
    };
    Box::into_raw(Box::new(module)).cast_const().cast()
}

/// An argument of a call, which is there as long as the call.
#[derive(Debug, Clone, Copy)]
pub struct Given(*mut Object);

/// A call from Python: what it is called with, and what is kept for it until it returns.
pub struct Arguments {
    python: &'static Python,
    given: *mut Object,
    /// Dropped by hand, so that nothing is left to drop where the thread may be unwound.
    kept: ManuallyDrop<Vec<Vec<u64>>>,
}

impl Arguments {
    /// The arguments of a call.
    ///
    /// # Safety
    ///
    /// CPython calls, with `given`, and cffi has made the module.
    pub unsafe fn new(given: *mut Object) -> Option<Self> {
        Some(Self {
            python: Python::find()?,
            given,
            kept: ManuallyDrop::default(),
        })
    }

    /// The only one.
    pub fn one(&self) -> Given {
        Given(self.given)
    }

    /// As many as there should be; nothing, with an exception, where there are more or less.
    pub fn all<const N: usize>(&self, name: &CStr) -> Option<[Given; N]> {
        // SAFETY: it is a tuple, as cffi says how the function is to be called.
        unsafe {
            if (self.python.tuple_size)(self.given) != N as isize {
                // It has the words for the exception.
                (self.python.unpack)(self.given, name.as_ptr(), N as isize, N as isize);
                return None;
            }
            let mut items = [Given(ptr::null_mut()); N];
            for (at, item) in items.iter_mut().enumerate() {
                item.0 = (self.python.tuple_item)(self.given, at as isize);
            }
            Some(items)
        }
    }

    /// A number; nothing, with an exception, where it is none or does not fit.
    pub fn number<T: Number>(&mut self, Given(object): Given) -> Option<T> {
        // SAFETY: the object is an argument of the call.
        let (value, may_have_failed) = unsafe { T::read(self.python, object) };
        // SAFETY: as above.
        if may_have_failed && !unsafe { (self.python.occurred)() }.is_null() {
            return self.fail();
        }
        Some(value)
    }

    /// Lets go of what was kept for the call, which does not come to pass.
    fn fail<T>(&mut self) -> Option<T> {
        drop(std::mem::take(&mut *self.kept));
        None
    }

    /// A pointer, of the type at an index; nothing, with an exception, where it is another.
    pub fn pointer<const N: usize>(
        &mut self,
        Given(object): Given,
        types: &Types<N>,
        index: usize,
    ) -> Option<*mut c_void> {
        type Prepare = unsafe extern "C" fn(*mut c_void, *mut Object, *mut *mut c_char) -> isize;
        type Convert = unsafe extern "C" fn(*mut c_char, *mut c_void, *mut Object) -> c_int;
        let of = types.made(index);
        let mut data = ptr::null_mut();
        // SAFETY: cffi has made its exports, and the types of a function before it calls it.
        let needed =
            unsafe { transmute::<*mut c_void, Prepare>(CFFI.get(23))(of, object, &mut data) };
        if needed < 0 {
            return self.fail();
        }
        if needed > 0 {
            // What a list is put into, for as long as the call.
            let length = needed as usize / 8 + 1;
            let mut memory = Vec::<u64>::new();
            if memory.try_reserve_exact(length).is_err() {
                // SAFETY: CPython called in this thread.
                unsafe { (self.python.no_memory)() };
                return self.fail();
            }
            memory.resize(length, 0);
            data = memory.as_mut_ptr().cast();
            self.kept.push(memory);
            // SAFETY: as above, and there is as much memory as it asked for.
            if unsafe { transmute::<*mut c_void, Convert>(CFFI.get(24))(data, of, object) } < 0 {
                return self.fail();
            }
        }
        Some(data.cast())
    }

    /// A pointer to a function, of the type at an index; nothing, with an exception, where it is another.
    pub fn function<const N: usize>(
        &mut self,
        Given(object): Given,
        types: &Types<N>,
        index: usize,
    ) -> Option<*mut c_void> {
        type Read = unsafe extern "C" fn(*mut Object, *mut c_void) -> *mut c_char;
        // SAFETY: as of `pointer`.
        let found =
            unsafe { transmute::<*mut c_void, Read>(CFFI.get(11))(object, types.made(index)) };
        // SAFETY: CPython called in this thread.
        if found.is_null() && !unsafe { (self.python.occurred)() }.is_null() {
            return self.fail();
        }
        Some(found.cast())
    }

    /// Calls a function while other threads of Python go on.
    pub fn call<T: Copy>(&mut self, function: impl FnOnce() -> T) -> T {
        // SAFETY: CPython called in this thread, and is entered again by it.
        unsafe {
            let state = (self.python.leave)();
            let value = function();
            drop(std::mem::take(&mut *self.kept));
            (self.python.enter)(state);
            value
        }
    }

    /// A number as Python has it.
    pub fn give<T: Number>(&self, value: T) -> *mut Object {
        // SAFETY: CPython called in this thread.
        unsafe { value.give(self.python) }
    }

    /// Nothing as Python has it.
    pub fn give_nothing(&self) -> *mut Object {
        // SAFETY: as above.
        unsafe { (self.python.count)(self.python.none) };
        self.python.none
    }

    /// A pointer as Python has it, of the type at an index.
    pub fn give_pointer<const N: usize>(
        &self,
        value: *const c_void,
        types: &Types<N>,
        index: usize,
    ) -> *mut Object {
        type Give = unsafe extern "C" fn(*mut c_char, *mut c_void) -> *mut Object;
        // SAFETY: as of `pointer`.
        unsafe {
            transmute::<*mut c_void, Give>(CFFI.get(10))(value.cast_mut().cast(), types.made(index))
        }
    }
}

/// A number that Python gives and gets.
pub trait Number: Copy + private::Sealed {
    /// Reads one, and whether that may have failed.
    ///
    /// # Safety
    ///
    /// The object is one, of the Python that called in this thread; so below.
    #[doc(hidden)]
    unsafe fn read(python: &Python, object: *mut Object) -> (Self, bool);

    /// Makes one.
    ///
    /// # Safety
    ///
    /// As above.
    #[doc(hidden)]
    unsafe fn give(self, python: &Python) -> *mut Object;
}

mod private {
    pub trait Sealed {}
}

macro_rules! integers {
    ($($number:ty: $export:literal as $read:ty, $give:ident as $given:ty;)*) => { $(
        impl private::Sealed for $number {}

        impl Number for $number {
            unsafe fn read(python: &Python, object: *mut Object) -> (Self, bool) {
                type Read = unsafe extern "C" fn(*mut Object) -> $read;
                // cffi asks what is no `int` for its `__int__`, which cuts what is no whole number.
                // SAFETY: the caller's word. cffi's export of that place is of this type, and sees that the number fits.
                let value = unsafe {
                    let whole = (python.whole)(object);
                    if whole.is_null() {
                        return (!0, true);
                    }
                    let value = transmute::<*mut c_void, Read>(CFFI.get($export))(whole);
                    (python.discount)(whole);
                    value
                };
                (value as $number, value as $number == !0)
            }

            unsafe fn give(self, python: &Python) -> *mut Object {
                // SAFETY: the caller's word.
                unsafe { (python.$give)(self as $given) }
            }
        }
    )* };
}

integers! {
    i8: 1 as c_int, from_long as c_long;
    u8: 2 as c_int, from_long as c_long;
    i16: 3 as c_int, from_long as c_long;
    u16: 4 as c_int, from_long as c_long;
    i32: 5 as c_int, from_long as c_long;
    u32: 6 as c_uint, from_long_long as c_longlong;
    i64: 7 as c_longlong, from_long_long as c_longlong;
    u64: 8 as c_ulonglong, from_unsigned as c_ulonglong;
    isize: 7 as c_longlong, from_long_long as c_longlong;
    usize: 8 as c_ulonglong, from_unsigned as c_ulonglong;
}

macro_rules! floats {
    ($($number:ty)*) => { $(
        impl private::Sealed for $number {}

        impl Number for $number {
            unsafe fn read(python: &Python, object: *mut Object) -> (Self, bool) {
                // SAFETY: the caller's word.
                let value = unsafe { (python.as_double)(object) };
                (value as $number, value == -1.0)
            }

            unsafe fn give(self, python: &Python) -> *mut Object {
                // SAFETY: the caller's word.
                unsafe { (python.from_double)(c_double::from(self)) }
            }
        }
    )* };
}

floats!(f32 f64);

impl private::Sealed for bool {}

impl Number for bool {
    unsafe fn read(_python: &Python, object: *mut Object) -> (Self, bool) {
        type Read = unsafe extern "C" fn(*mut Object) -> u8;
        // SAFETY: as of integers. Where it fails, it gives what is true.
        let value = unsafe { transmute::<*mut c_void, Read>(CFFI.get(22))(object) };
        (value != 0, value != 0)
    }

    unsafe fn give(self, python: &Python) -> *mut Object {
        // SAFETY: the caller's word.
        unsafe { (python.from_bool)(self.into()) }
    }
}
