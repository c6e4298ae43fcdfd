//! As much of an ELF file as packing needs: what it asks the loader for, and where what is loaded ends.
//!
//! Source of the layout: System V ABI, chapters 4 and 5; 64-bit, little-endian.

/// What the dynamic section of a shared object says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Dynamic {
    /// Names of the libraries that it needs (`DT_NEEDED`), in order.
    pub(crate) needed: Vec<String>,
    /// Its own name (`DT_SONAME`).
    pub(crate) soname: Option<String>,
    /// Where it has the loader look (`DT_RUNPATH`, or `DT_RPATH`), split at the colons.
    pub(crate) run_path: Vec<String>,
}

const PT_LOAD: u64 = 1;
const PT_DYNAMIC: u64 = 2;
const DT_NEEDED: u64 = 1;
const DT_STRTAB: u64 = 5;
const DT_SONAME: u64 = 14;
const DT_RPATH: u64 = 15;
const DT_RUNPATH: u64 = 29;

struct Segment {
    kind: u64,
    offset: u64,
    address: u64,
    length: u64,
}

fn number(bytes: &[u8], at: u64, length: usize) -> Option<u64> {
    let at = usize::try_from(at).ok()?;
    let field = bytes.get(at..at.checked_add(length)?)?;
    Some(
        field
            .iter()
            .rev()
            .fold(0, |number, &byte| number << 8 | u64::from(byte)),
    )
}

fn segments(bytes: &[u8]) -> Option<Vec<Segment>> {
    if bytes.get(..6)? != b"\x7fELF\x02\x01" {
        return None;
    }
    let (table, size, count) = (
        number(bytes, 32, 8)?,
        number(bytes, 54, 2)?,
        number(bytes, 56, 2)?,
    );
    (0..count)
        .map(|at| {
            let entry = table.checked_add(at * size)?;
            Some(Segment {
                kind: number(bytes, entry, 4)?,
                offset: number(bytes, entry + 8, 8)?,
                address: number(bytes, entry + 16, 8)?,
                length: number(bytes, entry + 32, 8)?,
            })
        })
        .collect()
}

/// Reads the dynamic section; `None` for what is no 64-bit little-endian ELF file, or has none.
pub(crate) fn dynamic(bytes: &[u8]) -> Option<Dynamic> {
    let segments = segments(bytes)?;
    let section = segments.iter().find(|segment| segment.kind == PT_DYNAMIC)?;
    let entries: Vec<(u64, u64)> = (0..section.length / 16)
        .map_while(|at| {
            let entry = section.offset.checked_add(at * 16)?;
            let tag = number(bytes, entry, 8)?;
            (tag != 0).then_some((tag, number(bytes, entry + 8, 8)?))
        })
        .collect();
    let strings = entries.iter().find(|(tag, _)| *tag == DT_STRTAB)?.1;
    let loaded = segments.iter().find(|each| {
        each.kind == PT_LOAD
            && (each.address..each.address.saturating_add(each.length)).contains(&strings)
    })?;
    let strings = strings - loaded.address + loaded.offset;
    let text = |offset: u64| {
        let start = usize::try_from(strings.checked_add(offset)?).ok()?;
        let text = bytes.get(start..)?.split(|&byte| byte == 0).next()?;
        Some(String::from_utf8_lossy(text).into_owned())
    };
    let mut dynamic = Dynamic::default();
    for (tag, value) in entries {
        match tag {
            DT_NEEDED => dynamic.needed.extend(text(value)),
            DT_SONAME => dynamic.soname = text(value),
            DT_RUNPATH | DT_RPATH => dynamic
                .run_path
                .extend(text(value)?.split(':').map(str::to_owned)),
            _ => {}
        }
    }
    Some(dynamic)
}

/// Cuts off what is not loaded: debugging information, and the table of sections that describes it.
pub(crate) fn keep_what_is_loaded(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = segments(&bytes).and_then(|segments| {
        segments
            .iter()
            .map(|segment| segment.offset.saturating_add(segment.length))
            .max()
    });
    let Some(end) = end
        .and_then(|end| usize::try_from(end).ok())
        .filter(|&end| end >= 64 && end < bytes.len())
    else {
        return bytes;
    };
    bytes.truncate(end);
    // No table of sections: its offset, and the number of its entries and of the one with their names.
    bytes[40..48].fill(0);
    bytes[60..64].fill(0);
    bytes
}

#[cfg(test)]
mod tests {
    use super::{dynamic, keep_what_is_loaded};

    #[test]
    fn this_program_says_what_it_needs() {
        let program = std::fs::read("/proc/self/exe").unwrap();
        let found = dynamic(&program).unwrap();
        assert!(
            found.needed.iter().any(|name| name == "libc.so.6"),
            "{found:?}"
        );
        let loaded = keep_what_is_loaded(program.clone());
        assert!(loaded.len() < program.len());
        assert_eq!(dynamic(&loaded), Some(found));
    }

    #[test]
    fn other_files_say_nothing() {
        assert_eq!(dynamic(b""), None);
        assert_eq!(dynamic(b"#!/bin/sh\n"), None);
        assert_eq!(keep_what_is_loaded(b"text".to_vec()), b"text");
        let program = std::fs::read("/proc/self/exe").unwrap();
        for length in 0..200 {
            dynamic(&program[..length]);
            keep_what_is_loaded(program[..length].to_vec());
        }
    }
}
