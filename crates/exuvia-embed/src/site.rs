//! The `.pth` files of installed packages, processed as Python's `site` processes them at each start.
//!
//! `site` itself does it, told of one file after the other: what it does with the lines of a file differs between versions of Python, and lines
//! that are run look into the function that runs them. All else that `site` does at a start, it does not do here; without
//! `.pth` files it is not even imported.

use std::ffi::CString;

use exuvia::prelude::*;

use crate::application::Application;

/// Has `site` process the `.pth` files of the application.
pub(crate) fn process_pth_files(py: Python<'_>, application: &Application) -> PyResult<()> {
    let files = &application.launch().pth;
    if files.is_empty() {
        return Ok(());
    }
    let process = py.import("site")?.getattr("addpackage")?;
    for path in files {
        let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
        // Without a set of known paths, the entries of `sys.path` are what is known.
        process.call1((application.root.join(directory), name, py.None()))?;
    }
    Ok(())
}

/// Whether the arguments of `python` switch `site` off: by `-S`, alone or with other letters (`-ISc`).
///
/// The interpreter does not tell: its own start is configured without `site`.
pub(crate) fn is_switched_off(arguments: &[CString]) -> bool {
    let mut arguments = arguments.iter().skip(1);
    while let Some(argument) = arguments.next() {
        let Some(letters) = argument.to_bytes().strip_prefix(b"-") else {
            return false;
        };
        if letters == b"-check-hash-based-pycs" {
            arguments.next();
            continue;
        }
        // A dash alone is the standard input, two end the options.
        if letters.is_empty() || letters.starts_with(b"-") {
            return false;
        }
        for (at, letter) in letters.iter().enumerate() {
            match letter {
                b'S' => return true,
                // What is to be run follows, and the rest is for that.
                b'c' | b'm' => return false,
                // Their argument is what is left of this one, or the next.
                b'W' | b'X' => {
                    if at + 1 == letters.len() {
                        arguments.next();
                    }
                    break;
                }
                _ => {}
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use std::ffi::CString;

    use super::is_switched_off;

    #[test]
    fn the_option_is_found_wherever_python_finds_it() {
        let is_off = |line: &str| {
            let words = line.split(' ').map(|word| CString::new(word).unwrap());
            is_switched_off(&words.collect::<Vec<_>>())
        };
        for line in [
            "python -S",
            "python -I -S -c x",
            "python -ISc x",
            "python -W error -S",
            "python -Werror -S",
            "python -X dev -S x.py",
            "python --check-hash-based-pycs default -S",
        ] {
            assert!(is_off(line), "{line}");
        }
        for line in [
            "python",
            "python -I",
            "python -E -c -S",
            "python -cS",
            "python x.py -S",
            "python -W -S",
            "python -XS",
            "python - -S",
            "python -- -S",
            "-S",
        ] {
            assert!(!is_off(line), "{line}");
        }
    }
}
