//! What the arguments of `python` ask for, as far as the interpreter does not tell ("Command line" in Python's documentation).

use std::ffi::CString;

/// What is to be run, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CommandLine {
    /// Whether `site` is switched off: by `-S`, alone or with other letters (`-ISc`). The interpreter's own start is configured without
    /// `site`, so that it cannot be asked.
    pub(crate) is_without_site: bool,
    /// Whether the user's own `site-packages` is: by `-s` or `-I`.
    pub(crate) is_without_user_site: bool,
    /// Which of the arguments is the script. There is none for `-c`, `-m` and standard input.
    pub(crate) script: Option<usize>,
}

impl CommandLine {
    /// Reads the arguments, the first of which is the program.
    pub(crate) fn of(arguments: &[CString]) -> Self {
        let mut found = Self {
            is_without_site: false,
            is_without_user_site: false,
            script: None,
        };
        let mut at = 1;
        while let Some(argument) = arguments.get(at) {
            at += 1;
            let Some(letters) = argument.to_bytes().strip_prefix(b"-") else {
                found.script = Some(at - 1);
                return found;
            };
            match letters {
                b"-check-hash-based-pycs" => {
                    at += 1;
                    continue;
                }
                // The standard input.
                b"" => return found,
                b"-" => {
                    found.script = (at < arguments.len()).then_some(at);
                    return found;
                }
                // As `--version`, which is all that is done then.
                _ if letters.starts_with(b"-") => return found,
                _ => {}
            }
            for (place, letter) in letters.iter().enumerate() {
                match letter {
                    b'S' => found.is_without_site = true,
                    b's' | b'I' => found.is_without_user_site = true,
                    // What is to be run follows, and the rest is for that.
                    b'c' | b'm' => return found,
                    // Their argument is what is left of this one, or the next.
                    b'W' | b'X' => {
                        if place + 1 == letters.len() {
                            at += 1;
                        }
                        break;
                    }
                    _ => {}
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::CString;

    use super::CommandLine;

    fn read(line: &str) -> CommandLine {
        let words = line.split(' ').map(|word| CString::new(word).unwrap());
        CommandLine::of(&words.collect::<Vec<_>>())
    }

    #[test]
    fn the_option_is_found_wherever_python_finds_it() {
        for line in [
            "python -S",
            "python -I -S -c x",
            "python -ISc x",
            "python -W error -S",
            "python -Werror -S",
            "python -X dev -S x.py",
            "python --check-hash-based-pycs default -S",
        ] {
            assert!(read(line).is_without_site, "{line}");
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
            assert!(!read(line).is_without_site, "{line}");
        }
    }

    #[test]
    fn the_users_folder_is_switched_off_by_either_letter() {
        for (line, is_off) in [
            ("python -s x.py", true),
            ("python -Ic x", true),
            ("python -S x.py", false),
            ("python x.py -s", false),
        ] {
            assert_eq!(read(line).is_without_user_site, is_off, "{line}");
        }
    }

    #[test]
    fn the_script_is_the_first_that_is_no_option() {
        for (line, script) in [
            ("python x.py -c y", Some(1)),
            ("python -u -X dev x.py", Some(4)),
            ("python -Xdev -Werror x.py z", Some(3)),
            ("python --check-hash-based-pycs never x.py", Some(3)),
            ("python -- -x.py", Some(2)),
            ("python -c x", None),
            ("python -Im x y", None),
            ("python - x", None),
            ("python --version x", None),
            ("python --", None),
            ("python", None),
        ] {
            assert_eq!(read(line).script, script, "{line}");
        }
    }
}
