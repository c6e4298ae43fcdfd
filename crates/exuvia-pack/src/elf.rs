//! As much of an ELF file as packing needs: what it asks the loader for, what machine it is for, and where what is loaded ends.
//!
//! Source of the layout: System V ABI, chapters 4 and 5; 64-bit, little-endian. Of the versions of symbols: Linux Standard Base Core, "Symbol
//! Versioning".

use std::io::Read;
use std::path::Path;

/// What the dynamic section of a shared object says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Dynamic {
    /// Names of the libraries that it needs (`DT_NEEDED`), in order.
    pub(crate) needed: Vec<String>,
    /// Its own name (`DT_SONAME`).
    pub(crate) soname: Option<String>,
    /// Where it has the loader look for these (`DT_RUNPATH`), split at the colons.
    pub(crate) run_path: Vec<String>,
    /// Where it has the loader look for these, and for what these need in turn (`DT_RPATH`); nothing where it has a `DT_RUNPATH`, which takes the
    /// other's place.
    pub(crate) inherited_path: Vec<String>,
    /// Versions of symbols that it cannot do without (`DT_VERNEED`), as `GLIBC_2.34`.
    pub(crate) versions: Vec<String>,
}

const PT_LOAD: u64 = 1;
const PT_DYNAMIC: u64 = 2;
const PT_INTERP: u64 = 3;
const DT_NEEDED: u64 = 1;
const DT_STRTAB: u64 = 5;
const DT_SONAME: u64 = 14;
const DT_RPATH: u64 = 15;
const DT_RUNPATH: u64 = 29;
const DT_VERNEED: u64 = 0x6fff_fffe;
const DT_VERNEEDNUM: u64 = 0x6fff_ffff;
/// A version that may be missing: what is wanted of it is a weak symbol.
const VER_FLG_WEAK: u64 = 2;
/// `e_machine` of x86-64.
const X86_64: u64 = 62;

struct Segment {
    /// Where its entry lies in the file.
    entry: u64,
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
            // So that nothing below overflows.
            entry.checked_add(64)?;
            Some(Segment {
                entry,
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
            (tag != 0).then_some((tag, number(bytes, entry.checked_add(8)?, 8)?))
        })
        .collect();
    let value = |wanted: u64| {
        let entry = entries.iter().find(|(tag, _)| *tag == wanted);
        entry.map(|(_, value)| *value)
    };
    let strings = place(&segments, value(DT_STRTAB)?)?;
    let text = |offset: u64| {
        let start = usize::try_from(strings.checked_add(offset)?).ok()?;
        let text = bytes.get(start..)?.split(|&byte| byte == 0).next()?;
        Some(String::from_utf8_lossy(text).into_owned())
    };
    let mut dynamic = Dynamic::default();
    if let Some(table) = value(DT_VERNEED).and_then(|address| place(&segments, address)) {
        let names = version_names(bytes, table, value(DT_VERNEEDNUM).unwrap_or_default());
        dynamic.versions = names.into_iter().filter_map(text).collect();
    }
    for (tag, value) in entries.iter().copied() {
        match tag {
            DT_NEEDED => dynamic.needed.extend(text(value)),
            DT_SONAME => dynamic.soname = text(value),
            DT_RUNPATH => dynamic
                .run_path
                .extend(text(value)?.split(':').map(str::to_owned)),
            DT_RPATH => dynamic
                .inherited_path
                .extend(text(value)?.split(':').map(str::to_owned)),
            _ => {}
        }
    }
    if !dynamic.run_path.is_empty() {
        dynamic.inherited_path.clear();
    }
    Some(dynamic)
}

/// Where in the file the bytes of an address are.
fn place(segments: &[Segment], address: u64) -> Option<u64> {
    let loaded = segments.iter().find(|each| {
        each.kind == PT_LOAD
            && (each.address..each.address.saturating_add(each.length)).contains(&address)
    })?;
    (address - loaded.address).checked_add(loaded.offset)
}

/// Offsets of the names of the versions that are needed, but for the weak ones.
fn version_names(bytes: &[u8], table: u64, count: u64) -> Vec<u64> {
    let mut names = Vec::new();
    let mut need = Some(table);
    // Each library has one entry, and as many versions as it says; a table that leads back into itself ends by these counts.
    for _ in 0..count.min(bytes.len() as u64 / 16) {
        let Some(at) = need else { break };
        let field = |offset: u64, length| number(bytes, at.checked_add(offset)?, length);
        let (Some(count), Some(first), Some(next)) = (field(2, 2), field(8, 4), field(12, 4))
        else {
            break;
        };
        let mut version = at.checked_add(first);
        for _ in 0..count {
            let Some(at) = version else { break };
            let field = |offset: u64, length| number(bytes, at.checked_add(offset)?, length);
            let (Some(flags), Some(name), Some(next)) = (field(4, 2), field(8, 4), field(12, 4))
            else {
                break;
            };
            if flags & VER_FLG_WEAK == 0 {
                names.push(name);
            }
            version = at.checked_add(next).filter(|_| next != 0);
        }
        need = at.checked_add(next).filter(|_| next != 0);
    }
    names
}

/// Whether a file is a program, which the system runs, and no library.
pub(crate) fn is_program(bytes: &[u8]) -> bool {
    segments(bytes).is_some_and(|all| all.iter().any(|each| each.kind == PT_INTERP))
}

/// What sort of machine, or of C library, a program is for, if it is for another than Linux on x86-64 with glibc. `None` as well for what is no ELF
/// file, a script for instance.
pub(crate) fn foreign(program: &Path) -> Option<String> {
    let mut start = Vec::new();
    let file = std::fs::File::open(program).ok()?;
    // Headers, and the path of the loader behind them.
    file.take(4096).read_to_end(&mut start).ok()?;
    if start.get(..4)? != b"\x7fELF" {
        return None;
    }
    let machine = number(&start, 18, 2)?;
    if machine != X86_64 {
        return Some(machine_name(machine));
    }
    if start[4] != 2 || start[5] != 1 {
        return Some("x86-64 with 32-bit pointers".to_owned());
    }
    let segments = segments(&start)?;
    let loader = segments.iter().find(|segment| segment.kind == PT_INTERP)?;
    let begin = usize::try_from(loader.offset).ok()?;
    let path = start.get(begin..)?.split(|&byte| byte == 0).next()?;
    String::from_utf8_lossy(path)
        .contains("/ld-musl-")
        .then(|| "musl".to_owned())
}

/// The machine that a file is for, by its number in the ABI (`e_machine`); `None` for what is no little-endian ELF file.
pub(crate) fn machine(bytes: &[u8]) -> Option<u64> {
    let is_known = matches!(bytes.get(..6)?, [0x7f, b'E', b'L', b'F', 1 | 2, 1]);
    is_known.then(|| number(bytes, 18, 2)).flatten()
}

/// The name of a machine, by its number in the System V ABI and its supplements.
pub(crate) fn machine_name(machine: u64) -> String {
    match machine {
        3 => "32-bit x86".to_owned(),
        20 | 21 => "PowerPC".to_owned(),
        22 => "S/390".to_owned(),
        40 => "32-bit ARM".to_owned(),
        X86_64 => "x86-64".to_owned(),
        183 => "AArch64 (64-bit ARM)".to_owned(),
        243 => "RISC-V".to_owned(),
        number => format!("a processor that ELF knows as number {number}"),
    }
}

/// Has the kernel read the path of a program's loader (`PT_INTERP`) at another place of the file, where at most `room` bytes are; gives
/// the path with the zero at its end. The program as it is mapped keeps its own. `None`, and nothing is done, where there is none
/// or it is longer.
pub(crate) fn move_loader_path(program: &mut [u8], to: u64, room: usize) -> Option<Vec<u8>> {
    let segments = segments(program)?;
    let segment = segments.iter().find(|each| each.kind == PT_INTERP)?;
    let length = usize::try_from(segment.length).ok()?;
    let start = usize::try_from(segment.offset).ok()?;
    let path = program.get(start..start.checked_add(length)?)?.to_vec();
    if path.last() != Some(&0) || path.len() > room {
        return None;
    }
    let field = usize::try_from(segment.entry).ok()? + 8;
    program
        .get_mut(field..field + 8)?
        .copy_from_slice(&to.to_le_bytes());
    Some(path)
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
    use super::{
        X86_64, dynamic, foreign, keep_what_is_loaded, machine, machine_name, move_loader_path,
    };

    #[test]
    fn this_program_runs_on_this_machine() {
        let program = std::fs::read("/proc/self/exe").unwrap();
        assert_eq!(machine(&program), Some(X86_64));
        assert_eq!(machine(b"\x7fELF\x01\x01"), None);
        let mut foreign = program[..64].to_vec();
        foreign[18..20].copy_from_slice(&183_u16.to_le_bytes());
        assert_eq!(
            machine(&foreign).map(machine_name).as_deref(),
            Some("AArch64 (64-bit ARM)")
        );
    }

    #[test]
    fn a_moved_loader_path_is_read_at_its_place() {
        let program = std::fs::read("/proc/self/exe").unwrap();
        let mut moved = program.clone();
        let path = move_loader_path(&mut moved, program.len() as u64, 64).unwrap();
        assert!(path.starts_with(b"/") && path.ends_with(b"\0"));
        // Eight bytes of an entry of the table of segments.
        let changed = program.iter().zip(&moved).filter(|(a, b)| a != b).count();
        assert!((1..=8).contains(&changed), "{changed}");
        moved.extend(&path);
        assert_eq!(move_loader_path(&mut moved, 0, 64).unwrap(), path);
        assert_eq!(move_loader_path(&mut moved, 0, 3), None);
        assert_eq!(move_loader_path(&mut b"#!/bin/sh\n".to_vec(), 0, 64), None);
    }

    #[test]
    fn damaged_files_do_no_harm() {
        let program = std::fs::read("/proc/self/exe").unwrap();
        // The header and the table of segments behind it.
        for at in 0..1000 * 8 {
            let mut damaged = program[..1 << 16].to_vec();
            damaged[at / 8] ^= 1 << (at % 8);
            dynamic(&damaged);
            machine(&damaged);
            move_loader_path(&mut damaged, 0, 64);
            keep_what_is_loaded(damaged);
        }
    }

    #[test]
    fn this_program_says_what_it_needs() {
        let program = std::fs::read("/proc/self/exe").unwrap();
        let found = dynamic(&program).unwrap();
        assert!(
            found.needed.iter().any(|name| name == "libc.so.6"),
            "{found:?}"
        );
        let of_glibc = |name: &String| name.starts_with("GLIBC_2.");
        assert!(found.versions.iter().any(of_glibc), "{found:?}");
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

    #[test]
    fn programs_for_other_machines_are_told_by_their_headers() {
        let program = std::fs::read("/proc/self/exe").unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        let told = |bytes: &[u8]| {
            std::fs::write(file.path(), bytes).unwrap();
            foreign(file.path())
        };
        assert_eq!(told(&program), None);
        assert_eq!(told(b"#!/bin/sh\n"), None);
        let mut other = program.clone();
        other[18] = 183;
        assert_eq!(told(&other).as_deref(), Some("AArch64 (64-bit ARM)"));
        let mut other = program.clone();
        let loader = b"/lib64/ld-linux-x86-64.so.2";
        let at = other.windows(loader.len()).position(|each| each == loader);
        other[at.unwrap()..][..loader.len()].copy_from_slice(b"/lib/ld-musl-x86_64.so.1\0\0\0");
        assert_eq!(told(&other).as_deref(), Some("musl"));
    }
}
