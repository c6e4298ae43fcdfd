//! `exuvia pack --licenses FILE`: what is in the file, and under which terms.

use std::fmt::Write;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use exuvia_pack::{Component, ComponentKind, Packed, components};

use crate::failure::Failure;

/// How such a list begins.
const TITLE: &str = "What is in ";

/// Refuses to write the list over the packed file, or over a file that is no such list.
pub(super) fn check(path: &Path, output: &Path) -> Result<(), Failure> {
    let refused = |what: &str| {
        let message = format!(
            "the licences cannot be written to {}: {what}",
            path.display()
        );
        Err(Failure::new(message).hint("choose another place with `--licenses FILE`"))
    };
    let place = |path: &Path| std::path::absolute(path).ok();
    if place(output) == place(path) {
        return refused("the packed file goes there");
    }
    if path.is_dir() {
        return refused("it is a folder");
    }
    match std::fs::read(path) {
        Ok(bytes) if !bytes.is_empty() && !bytes.starts_with(TITLE.as_bytes()) => {
            refused("it is there, and no list of licences")
        }
        _ => Ok(()),
    }
}

pub(super) fn write(packed: &Packed, path: &Path) -> Result<(), Failure> {
    let components = components(&packed.explanation).map_err(super::failure)?;
    write_whole(path, &document(packed, &components)).map_err(|error| {
        Failure::new(format_args!(
            "{} is packed, but its licences are not written: {error}",
            packed.path.display()
        ))
        .hint("choose another place with `--licenses FILE`, or make room there")
    })
}

/// Writes a file that appears whole or not at all; its folder is made where there is none.
fn write_whole(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    // The mode is subject to the user's mask, as for any file.
    let mut file = tempfile::Builder::new()
        .prefix(".exuvia-")
        .permissions(std::fs::Permissions::from_mode(0o666))
        .tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// A list of everything first, then the texts.
fn document(packed: &Packed, components: &[Component]) -> String {
    let name = packed
        .path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    // Writing to a string cannot fail.
    let mut text = format!("{TITLE}{name}, and under which terms\n");
    for (kind, title) in [
        (
            ComponentKind::Interpreter,
            "The interpreter and its standard library",
        ),
        (ComponentKind::Distribution, "Python distributions"),
        (ComponentKind::Library, "Libraries"),
        (
            ComponentKind::Launcher,
            "The program at the front: Exuvia's launcher, and the Rust crates in it",
        ),
    ] {
        let of_kind: Vec<_> = components.iter().filter(|each| each.kind == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        _ = writeln!(text, "\n{title}\n");
        let width = of_kind
            .iter()
            .map(|each| title_of(each).chars().count())
            .max()
            .unwrap_or(0);
        for each in of_kind {
            let title = title_of(each);
            let space = " ".repeat(width - title.chars().count());
            let terms = each.license.as_deref().unwrap_or(if each.texts.is_empty() {
                "unknown: find out"
            } else {
                "see its text below"
            });
            _ = writeln!(text, "  {title}{space}  {terms}");
        }
    }
    text.push_str(
        "\nCPython holds parts by others; the chapter \"Licenses and Acknowledgements for Incorporated Software\" of its documentation,\n\
         https://docs.python.org/3/license.html, lists them with their terms.\n",
    );
    // Many crates and libraries share a text.
    let mut told: Vec<(&str, Vec<String>)> = Vec::new();
    for component in components {
        for (place, contents) in &component.texts {
            let mut title = title_of(component);
            if !place.is_empty() && component.texts.len() > 1 {
                let file = Path::new(place).file_name().unwrap_or_default();
                _ = write!(title, ", {}", file.to_string_lossy());
            }
            match told.iter_mut().find(|(known, _)| known == contents) {
                Some((_, titles)) => titles.push(title),
                None => told.push((contents, vec![title])),
            }
        }
    }
    for (contents, titles) in told {
        let line = "=".repeat(80);
        _ = writeln!(
            text,
            "\n{line}\n{}\n{line}\n\n{}",
            titles.join("\n"),
            contents.trim_end()
        );
    }
    text
}

fn title_of(component: &Component) -> String {
    if component.version.is_empty() {
        component.name.clone()
    } else {
        format!("{} {}", component.name, component.version)
    }
}
