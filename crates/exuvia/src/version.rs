//! The version of the running interpreter.

use std::cmp::Ordering;
use std::ffi::CStr;

use crate::ffi;

/// A Python version, as [`Python::version_info`](crate::Python::version_info) gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PythonVersionInfo {
    /// 3.
    pub major: u8,
    /// 10, 11, …
    pub minor: u8,
    /// The last of the three numbers.
    pub patch: u8,
    /// What follows the numbers: `a1`, `rc2`, `+`.
    pub suffix: Option<&'static str>,
}

impl PythonVersionInfo {
    /// That of the interpreter that runs; may be asked at any time.
    pub(crate) fn running() -> Self {
        // SAFETY: the call gives a static C string of ASCII.
        let line = unsafe { CStr::from_ptr(ffi::Py_GetVersion()) };
        Self::parse(line.to_str().unwrap_or_default())
    }

    /// From the line that CPython says of itself: `3.13.0 (main, …) [GCC …]`.
    pub(crate) fn parse(line: &'static str) -> Self {
        let version = line.split(' ').next().unwrap_or_default();
        let numbers = version
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(version.len());
        let (numbers, suffix) = version.split_at(numbers);
        let mut numbers = numbers.split('.').map(|number| number.parse().unwrap_or(0));
        let mut next = || numbers.next().unwrap_or(0);
        PythonVersionInfo {
            major: next(),
            minor: next(),
            patch: next(),
            suffix: (!suffix.is_empty()).then_some(suffix),
        }
    }
}

impl PartialEq<(u8, u8)> for PythonVersionInfo {
    fn eq(&self, other: &(u8, u8)) -> bool {
        (self.major, self.minor) == *other
    }
}

impl PartialEq<(u8, u8, u8)> for PythonVersionInfo {
    fn eq(&self, other: &(u8, u8, u8)) -> bool {
        (self.major, self.minor, self.patch) == *other
    }
}

impl PartialOrd<(u8, u8)> for PythonVersionInfo {
    fn partial_cmp(&self, other: &(u8, u8)) -> Option<Ordering> {
        (self.major, self.minor).partial_cmp(other)
    }
}

impl PartialOrd<(u8, u8, u8)> for PythonVersionInfo {
    fn partial_cmp(&self, other: &(u8, u8, u8)) -> Option<Ordering> {
        (self.major, self.minor, self.patch).partial_cmp(other)
    }
}

#[cfg(test)]
mod tests {
    use super::PythonVersionInfo;

    #[test]
    fn versions_are_read_as_cpython_writes_them() {
        let version = PythonVersionInfo::parse("3.13.0 (main, Oct  7 2024, 12:00:00) [GCC 12.2.0]");
        assert!(version == (3, 13, 0) && version == (3, 13));
        assert_eq!(version.suffix, None);
        assert!(version >= (3, 12) && version >= (3, 12, 9));
        assert!(version < (3, 14) && version < (3, 13, 1));
    }

    #[test]
    fn what_follows_the_numbers_is_kept() {
        let version = PythonVersionInfo::parse("3.14.0rc2+ (heads/main)");
        assert_eq!((version.patch, version.suffix), (0, Some("rc2+")));
        assert_eq!(PythonVersionInfo::parse("3.15a1").suffix, Some("a1"));
    }
}
