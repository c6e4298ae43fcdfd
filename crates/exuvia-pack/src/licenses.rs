//! What is in a packed file, and under which terms.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::explain::Explanation;
use crate::standalone::Standalone;
use crate::terms::Terms;
use crate::{Error, Libpython};

/// The crates of the launcher and their terms, in the versions of `Cargo.lock`: `tests/launcher_crates.rs` makes the list, and holds it to them.
const CRATES: &str = include_str!("launcher_crates.json");

/// Something in a packed file that has terms of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Its name.
    pub name: String,
    /// Its version; empty where it has none or it is not known.
    pub version: String,
    /// What it is.
    pub kind: ComponentKind,
    /// The licence; nothing where it is not known.
    pub license: Option<String>,
    /// Texts of the terms, each with where it was found.
    pub texts: Vec<(String, String)>,
}

/// What a component is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ComponentKind {
    /// The interpreter and its standard library.
    Interpreter,
    /// A distribution.
    Distribution,
    /// A library that comes along from this machine, or with the interpreter.
    Library,
    /// Part of the launcher.
    Launcher,
}

#[derive(Deserialize)]
struct Crate {
    name: String,
    version: String,
    license: String,
    text: String,
}

/// Lists what is in a packed file, with the texts of the terms. Of libraries of this machine it asks Debian's package database, where there is
/// one.
///
/// # Errors
///
/// [`Error::Read`] where a text cannot be read.
pub fn components(explanation: &Explanation) -> Result<Vec<Component>, Error> {
    let mut components = vec![interpreter(explanation)?];
    for each in &explanation.distributions {
        components.push(Component {
            name: each.name.clone(),
            version: each.version.clone(),
            kind: ComponentKind::Distribution,
            license: each.terms.license.clone(),
            texts: texts(&each.terms)?,
        });
    }
    components.extend(built_in(explanation)?);
    components.extend(libraries(explanation)?);
    let crates: Vec<Crate> = serde_json::from_str(CRATES).map_err(|error| Error::Refused {
        message: format!("the list of the launcher's crates cannot be read: {error}"),
        hint: "this is a mistake in Exuvia: please report it".to_owned(),
    })?;
    components.extend(crates.into_iter().map(|each| Component {
        name: each.name,
        version: each.version,
        kind: ComponentKind::Launcher,
        license: Some(each.license),
        texts: vec![(String::new(), each.text)],
    }));
    Ok(components)
}

fn read(path: &Path) -> Result<(String, String), Error> {
    let text = std::fs::read(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })?;
    Ok((
        path.display().to_string(),
        String::from_utf8_lossy(&text).into_owned(),
    ))
}

fn texts(terms: &Terms) -> Result<Vec<(String, String)>, Error> {
    let in_metadata = terms
        .text
        .iter()
        .map(|text| Ok(("its metadata".to_owned(), text.clone())));
    in_metadata
        .chain(terms.license_files.iter().map(|path| read(path)))
        .collect()
}

/// CPython itself: its text lies in the standard library, in a distribution of its own, or where Debian keeps such texts.
fn interpreter(explanation: &Explanation) -> Result<Component, Error> {
    let python = &explanation.python;
    let (mut license, mut text) = (Some("PSF-2.0".to_owned()), None);
    if let Some(distribution) = Standalone::around(&python.base)? {
        let (names, file) = distribution.terms();
        if !names.is_empty() {
            license = Some(names.join(" AND "));
        }
        text = file.filter(|file| file.is_file());
    }
    let beside = [&python.standard_library, &python.base].map(|folder| folder.join("LICENSE.txt"));
    let text = text.or_else(|| beside.into_iter().find(|path| path.is_file()));
    let text = text.or_else(|| {
        let module = python.standard_library.join("os.py");
        let package = packages(std::slice::from_ref(&module)).remove(&module)?;
        Some(copyright(&package)).filter(|path| path.is_file())
    });
    Ok(Component {
        name: "CPython".to_owned(),
        version: python.version.clone(),
        kind: ComponentKind::Interpreter,
        license,
        texts: text
            .map(|path| read(&path))
            .transpose()?
            .into_iter()
            .collect(),
    })
}

/// The libraries that a python-build-standalone distribution has in its static library.
fn built_in(explanation: &Explanation) -> Result<Vec<Component>, Error> {
    let Some(distribution) = Standalone::around(&explanation.python.base)? else {
        return Ok(Vec::new());
    };
    let component = |found: crate::standalone::BuiltIn| {
        Ok(Component {
            name: format!("libraries of {}", found.modules.join(", ")),
            version: String::new(),
            kind: ComponentKind::Library,
            license: (!found.licenses.is_empty()).then(|| found.licenses.join(" AND ")),
            texts: found
                .texts
                .iter()
                .map(|path| read(path))
                .collect::<Result<_, _>>()?,
        })
    };
    distribution
        .libraries()
        .into_iter()
        .map(component)
        .collect()
}

/// The libraries of this machine: those that come along as files, and those that are linked in.
fn libraries(explanation: &Explanation) -> Result<Vec<Component>, Error> {
    let mut places: Vec<PathBuf> = explanation
        .libraries
        .iter()
        .map(|each| each.place.clone())
        .collect();
    places.extend(explanation.libpython.linked_with.iter().cloned());
    // What python-build-standalone brings is told by its own description.
    if let Some(root) = explanation
        .python
        .base
        .parent()
        .filter(|_| explanation.python.base.ends_with("install"))
    {
        places.retain(|place| !place.starts_with(root));
    }
    debug_assert_ne!(explanation.libpython.how, Libpython::Auto);
    let packages = packages(&places);
    let mut components: Vec<Component> = Vec::new();
    for place in &places {
        let name = place
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let package = packages.get(place);
        let text = package
            .map(|package| copyright(package))
            .filter(|path| path.is_file());
        let text = text.map(|path| read(&path)).transpose()?;
        components.push(Component {
            name: match package {
                Some(package) => format!("{name}, of Debian's {package}"),
                None => name,
            },
            version: String::new(),
            kind: ComponentKind::Library,
            license: text
                .as_ref()
                .and_then(|(_, text)| debian_names(text))
                .map(|names| format!("see its text; the whole source package has {names}")),
            texts: text.into_iter().collect(),
        });
    }
    Ok(components)
}

fn copyright(package: &str) -> PathBuf {
    Path::new("/usr/share/doc").join(package).join("copyright")
}

/// The Debian packages that files are of, where this is a Debian.
fn packages(places: &[PathBuf]) -> BTreeMap<PathBuf, String> {
    if places.is_empty() {
        return BTreeMap::new();
    }
    // The database has the path that a package was made with, which on a machine with one /usr may lack its start.
    let mut asked: BTreeMap<PathBuf, &PathBuf> = BTreeMap::new();
    for place in places {
        let real = place.canonicalize().unwrap_or_else(|_| place.clone());
        for path in [place, &real] {
            asked.insert(path.clone(), place);
            if let Ok(below) = path.strip_prefix("/usr") {
                asked.insert(Path::new("/").join(below), place);
            }
        }
    }
    let output = Command::new("dpkg")
        .args(["--search", "--"])
        .args(asked.keys())
        .env("LC_ALL", "C")
        .output();
    // Paths that no package has make it fail, and it names the others all the same.
    let answer = output.map(|output| output.stdout).unwrap_or_default();
    let mut found = BTreeMap::new();
    for line in String::from_utf8_lossy(&answer).lines() {
        // As `libc6:amd64: /lib/x86_64-linux-gnu/libc.so.6`, with more packages after a comma.
        if let Some((package, path)) = line.split_once(": ")
            && let Some(place) = asked.get(Path::new(path))
        {
            let package = package.split([':', ',']).next().unwrap_or(package);
            found.insert((*place).clone(), package.to_owned());
        }
    }
    found
}

/// The short names of the licences in a Debian copyright file, if it is of the form for machines (DEP-5).
fn debian_names(text: &str) -> Option<String> {
    if !text.starts_with("Format:") {
        return None;
    }
    let mut names: Vec<&str> = Vec::new();
    for name in text
        .lines()
        .filter_map(|line| line.strip_prefix("License:"))
        .map(str::trim)
    {
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    (!names.is_empty()).then(|| names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::debian_names;

    #[test]
    fn debian_copyright_files_name_licences() {
        let text = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nCopyright: me\nLicense: Zlib\n text\n\n\
                    Files: a\nLicense: GPL-2+\n\nLicense: GPL-2+\n text\n";
        assert_eq!(debian_names(text).as_deref(), Some("Zlib, GPL-2+"));
        assert_eq!(
            debian_names("This package was debianized by\nLicense: x\n"),
            None
        );
    }
}
