//! The modules that the interpreter imports before it can be told where modules come from.
//!
//! `Py_Initialize` needs `encodings` (and, before 3.11, `codecs`, `io` and `abc`) when no importer of ours exists yet. They are offered in
//! the table of frozen modules, which is put back as it was once the interpreter runs; the importer then adopts them.

use std::borrow::Cow;
use std::ffi::{CString, c_int};

use exuvia_archive::{Archive, Module, ModuleKind};
use pyo3_ffi as ffi;

/// Whether start-up may import this module.
pub(crate) fn is_startup_module(name: &str) -> bool {
    name == "encodings"
        || name.starts_with("encodings.")
        || (cfg!(not(Py_3_11)) && matches!(name, "codecs" | "io" | "abc"))
}

/// The codecs that start-up may ask for whatever the locale: of the text that Python itself reads and writes.
const COMMON: [&str; 8] = [
    "abc",
    "codecs",
    "encodings",
    "encodings.aliases",
    "encodings.ascii",
    "encodings.latin_1",
    "encodings.utf_8",
    "io",
];

/// The modules of the archive that start-up may import: few, as each is summed up before it is offered, unless the locale or the user may
/// ask for any.
fn startup_modules(archive: &Archive<'static>) -> impl Iterator<Item = Module<'static>> {
    let common = COMMON
        .into_iter()
        .filter(|name| is_startup_module(name))
        .filter_map(|name| archive.module(name));
    let others = is_encoding_unknown().then(|| archive.submodules("encodings"));
    let others = others.into_iter().flatten();
    common.chain(others.filter(|module| module.name().is_ok_and(|name| !COMMON.contains(&name))))
}

/// Whether text may be in another encoding than UTF-8, ASCII or Latin-1: by the locale (locale(7)), or by what the user wants of Python.
fn is_encoding_unknown() -> bool {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(variable);
    let is_known = locale.is_none_or(|locale| {
        let locale = locale.to_string_lossy().to_ascii_uppercase();
        matches!(&*locale, "C" | "POSIX") || locale.ends_with(".UTF-8") || locale.ends_with(".UTF8")
    });
    !is_known || variable("PYTHONIOENCODING").is_some()
}

/// Offers the archive's start-up modules to the interpreter, until dropped.
pub(crate) struct FrozenModules {
    before: *const ffi::_frozen,
    // Read by the interpreter while it starts.
    _table: Vec<ffi::_frozen>,
    _names: Vec<CString>,
}

impl FrozenModules {
    /// # Errors
    ///
    /// Where one of them is damaged: the interpreter would run it as it is.
    ///
    /// # Safety
    ///
    /// The interpreter is not running.
    pub(crate) unsafe fn install(
        archive: &Archive<'static>,
    ) -> Result<Self, exuvia_archive::Error> {
        let mut table = Vec::new();
        let mut names = Vec::new();
        for module in startup_modules(archive) {
            let name = module.name()?;
            // The interpreter may keep pointers to it.
            let code: &'static [u8] = match module.code()? {
                Cow::Borrowed(code) => code,
                Cow::Owned(code) => code.leak(),
            };
            let kind = module.kind()?;
            let (Ok(name), Ok(size)) = (CString::new(name), c_int::try_from(code.len())) else {
                continue;
            };
            table.push(entry(&name, code, size, kind == ModuleKind::Package));
            names.push(name);
        }
        // SAFETY: the interpreter is not running (the caller's promise), so nobody else reads or writes the table.
        let before = unsafe { ffi::PyImport_FrozenModules };
        let mut entry = before;
        // SAFETY: the interpreter's own table is absent (3.11 and later) or ends with an entry without a name.
        unsafe {
            while !entry.is_null() && !(*entry).name.is_null() {
                table.push(*entry);
                entry = entry.add(1);
            }
        }
        // SAFETY: an entry of zeroes is the end of a table: null pointers, a size of 0.
        table.push(unsafe { std::mem::zeroed() });
        // SAFETY: as above; the table lives as long as this value, which puts the old one back.
        unsafe { ffi::PyImport_FrozenModules = table.as_ptr() };
        Ok(Self {
            before,
            _table: table,
            _names: names,
        })
    }
}

impl Drop for FrozenModules {
    fn drop(&mut self) {
        // SAFETY: the value is dropped by the thread that runs the interpreter.
        unsafe { ffi::PyImport_FrozenModules = self.before };
    }
}

fn entry(name: &CString, code: &'static [u8], size: c_int, is_package: bool) -> ffi::_frozen {
    ffi::_frozen {
        name: name.as_ptr(),
        code: code.as_ptr(),
        // Before 3.11 a package is told by a negative size.
        size: if cfg!(not(Py_3_11)) && is_package {
            -size
        } else {
            size
        },
        #[cfg(Py_3_11)]
        is_package: c_int::from(is_package),
        #[cfg(all(Py_3_11, not(Py_3_13)))]
        get_code: None,
    }
}
