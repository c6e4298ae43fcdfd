//! What an archive says of the application in it: how it starts, and on which Python.

use std::fmt::Write;

/// Path of the file in which an archive keeps its [`Launch`].
pub const LAUNCH_PATH: &str = ".exuvia/launch";

/// Directory of what belongs to the launcher and not to the application: libraries, and the interpreter's where it is carried.
pub const LIBRARIES: &str = ".exuvia/lib";

/// How the application in an archive is started.
///
/// Kept as text, a field a line: its name, a space, its value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Launch {
    /// Version of the interpreter that the bytecode is for, as `3.11`.
    pub python: String,
    /// Its full version, as `3.11.7`.
    pub version: String,
    /// The interpreter's tag for bytecode files, as `cpython-311`.
    pub cache_tag: String,
    /// Directory of the standard library.
    pub stdlib: String,
    /// The directories of `sys.path`, in order.
    pub search: Vec<String>,
    /// The `.pth` files that `site` processes, in that order.
    pub pth: Vec<String>,
    /// The module to run as `__main__`; where it is empty, the archive's own `__main__` is run.
    pub module: String,
    /// The shared `libpython`, where it is carried.
    pub libpython: String,
    /// The half of the launcher that faces the interpreter, where `libpython` is carried.
    pub half: String,
}

/// A line that says nothing known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the archive's description of the application is damaged at {line:?}; pack the application again"
)]
pub struct LaunchError {
    /// The line.
    pub line: String,
}

impl Launch {
    /// As text.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        let fields = [
            ("python", &self.python),
            ("version", &self.version),
            ("cache-tag", &self.cache_tag),
            ("stdlib", &self.stdlib),
            ("module", &self.module),
            ("libpython", &self.libpython),
            ("half", &self.half),
        ];
        let search = self.search.iter().map(|directory| ("search", directory));
        let pth = self.pth.iter().map(|file| ("pth", file));
        for (name, value) in fields
            .into_iter()
            .chain(search)
            .chain(pth)
            .filter(|(_, value)| !value.is_empty())
        {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{name} {value}");
        }
        text
    }

    /// From text.
    ///
    /// # Errors
    ///
    /// [`LaunchError`] for a line that is not a known field and its value.
    pub fn from_text(text: &str) -> Result<Self, LaunchError> {
        let mut launch = Self::default();
        for line in text.split_terminator('\n') {
            let wrong = || LaunchError {
                line: line.to_owned(),
            };
            let (name, value) = line
                .split_once(' ')
                .filter(|(_, value)| !value.is_empty())
                .ok_or_else(wrong)?;
            let list = match name {
                "search" => Some(&mut launch.search),
                "pth" => Some(&mut launch.pth),
                _ => None,
            };
            if let Some(list) = list {
                list.push(value.to_owned());
                continue;
            }
            let field = match name {
                "python" => &mut launch.python,
                "version" => &mut launch.version,
                "cache-tag" => &mut launch.cache_tag,
                "stdlib" => &mut launch.stdlib,
                "module" => &mut launch.module,
                "libpython" => &mut launch.libpython,
                "half" => &mut launch.half,
                _ => return Err(wrong()),
            };
            value.clone_into(field);
        }
        Ok(launch)
    }
}

#[cfg(test)]
mod tests {
    use super::Launch;

    #[test]
    fn text_round_trips() {
        let launch = Launch {
            python: "3.11".into(),
            stdlib: "lib/python3.11".into(),
            search: vec!["app with space".into(), "lib/python3.11".into()],
            pth: vec!["site/b.pth".into(), "site/a.pth".into()],
            ..Launch::default()
        };
        assert_eq!(Launch::from_text(&launch.to_text()), Ok(launch));
        for wrong in [
            "nonsense",
            "colour blue",
            "search ",
            "\n",
            "python 3.11\n\n",
        ] {
            assert!(Launch::from_text(wrong).is_err(), "{wrong:?}");
        }
    }
}
