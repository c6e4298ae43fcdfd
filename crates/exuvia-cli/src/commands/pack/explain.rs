//! `exuvia pack --explain`: what was chosen and why, in words.

use std::fmt::Write;
use std::path::Path;

use exuvia_pack::{ContentKind, Explanation, Found, GlibcFloor, Libpython, Reason, Size};

use crate::table::{Align, Table, bytes};
use crate::terminal::HEADING;

/// How many of those who need a library are named.
const NAMED: usize = 2;

pub(super) fn words(explanation: &Explanation) -> String {
    let mut text = String::from("\n");
    facts(&mut text, explanation);
    libraries(&mut text, explanation);
    distributions(&mut text, explanation);
    left_out(&mut text, explanation);
    if !explanation.programs.is_empty() {
        section(&mut text, "Put on disk when they are run");
        list(&mut text, &explanation.programs);
    }
    contents(&mut text, explanation);
    text
}

// Writing to a string cannot fail: so below.
fn section(text: &mut String, title: &str) {
    _ = writeln!(text, "\n{HEADING}{title}{HEADING:#}");
}

fn list(text: &mut String, names: &[String]) {
    for name in names {
        _ = writeln!(text, "{name}");
    }
}

fn facts(text: &mut String, explanation: &Explanation) {
    let mut fact = |name: &str, value: &str| {
        _ = writeln!(text, "{name:<14}{value}");
    };
    let python = &explanation.python;
    fact(
        "interpreter",
        &format!(
            "CPython {}, {}",
            python.version,
            python.executable.display()
        ),
    );
    fact("", &found(&python.found));
    if let Some(environment) = &python.environment {
        fact("environment", &environment.display().to_string());
    }
    fact("installed in", &python.base.display().to_string());
    let libpython = &explanation.libpython;
    let how = match libpython.how {
        Libpython::Shared => "carried and loaded at the start",
        Libpython::Static | Libpython::Auto => "linked in",
    };
    fact(
        "libpython",
        &format!("{how}: {}", libpython.library.display()),
    );
    if !libpython.linked_with.is_empty() {
        let names: Vec<_> = libpython
            .linked_with
            .iter()
            .map(|path| file_name(path))
            .collect();
        fact("", &format!("with {}", names.join(", ")));
    }
    if let Some(reason) = &libpython.why_not_static {
        fact("", &format!("not linked in: {reason}"));
    }
    if let Some(floor) = &explanation.glibc {
        fact("glibc", &glibc(floor));
    }
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn found(found: &Found) -> String {
    match found {
        Found::Program => "found by its path".to_owned(),
        Found::OnPath(name) => format!("found as {name} on PATH"),
        Found::Environment(folder) => {
            format!("found in the virtual environment {}", folder.display())
        }
        Found::Installation(folder) => format!("found in {}", folder.display()),
        Found::Pyenv(version) => format!("found as version {version} of pyenv"),
        Found::Archive {
            path,
            sha256,
            was_checked,
            folder,
        } => {
            let checked = if *was_checked {
                "as asked for"
            } else {
                "not compared with any"
            };
            format!(
                "unpacked from {}, SHA-256 {sha256}, {checked}, to {}",
                path.display(),
                folder.display()
            )
        }
    }
}

fn glibc(floor: &GlibcFloor) -> String {
    let mut text = format!(
        "runs on {} and later, which {} {}",
        floor.version,
        some(&floor.set_by, NAMED),
        if floor.set_by.len() == 1 {
            "needs"
        } else {
            "need"
        }
    );
    if let Some(other) = &floor.without_them {
        _ = write!(text, "; everything else runs on {other}");
    }
    text
}

/// The first names, and how many there are besides. The empty name is the launcher's.
fn some(names: &[String], shown: usize) -> String {
    let word = |name: &String| match name.as_str() {
        "" => "the launcher".to_owned(),
        name => name.to_owned(),
    };
    let more = names.len().saturating_sub(shown);
    let mut words: Vec<_> = names.iter().take(shown).map(word).collect();
    if more > 0 {
        words.push(format!("{more} more"));
    }
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

fn sizes(size: &Size) -> [String; 2] {
    [bytes(size.length), bytes(size.stored)]
}

fn libraries(text: &mut String, explanation: &Explanation) {
    if !explanation.libraries.is_empty() {
        section(text, "Libraries of this machine");
        let mut table = Table::new(&[
            ("library", Align::Left),
            ("size", Align::Right),
            ("stored", Align::Right),
            ("needed by", Align::Left),
        ]);
        for library in &explanation.libraries {
            let [size, stored] = sizes(&library.size);
            let names: Vec<_> = library
                .needed_by
                .iter()
                .map(|path| file_name(Path::new(path)))
                .collect();
            let needed_by = match names.as_slice() {
                [] => "named in a source, or used by the trial".to_owned(),
                names => some(names, NAMED),
            };
            table.row([library.place.display().to_string(), size, stored, needed_by]);
        }
        text.push_str(&table.render());
    }
    for missing in &explanation.missing {
        _ = writeln!(
            text,
            "{} is not on this machine; {} needs it",
            missing.name,
            missing.needed_by.display()
        );
    }
}

fn distributions(text: &mut String, explanation: &Explanation) {
    if explanation.distributions.is_empty() {
        return;
    }
    section(text, "Distributions");
    let mut table = Table::new(&[
        ("distribution", Align::Left),
        ("size", Align::Right),
        ("stored", Align::Right),
        ("why", Align::Left),
    ]);
    for each in &explanation.distributions {
        let [size, stored] = sizes(&each.size);
        table.row([
            format!("{} {}", each.name, each.version),
            size,
            stored,
            reason(&each.why),
        ]);
    }
    text.push_str(&table.render());
}

fn reason(why: &Reason) -> String {
    match why {
        Reason::Started => "what is run is in it".to_owned(),
        Reason::Imported { by } if by == "__main__" => "imported by what is run".to_owned(),
        Reason::Imported { by } => format!("imported by {by}"),
        Reason::Required { by } => format!("required by {by}"),
        Reason::Plugin { group } => format!("its entry points in {group} are read"),
        Reason::Tried => "used by the trial".to_owned(),
        Reason::Included => "--include".to_owned(),
        Reason::All => "--all".to_owned(),
    }
}

fn left_out(text: &mut String, explanation: &Explanation) {
    let left_out = &explanation.left_out;
    section(text, "Left out");
    if !left_out.distributions.is_empty() {
        _ = writeln!(
            text,
            "distributions that nothing in it refers to: {}",
            left_out.distributions.join(", ")
        );
    }
    _ = writeln!(
        text,
        "of the standard library: {}",
        left_out.standard_library.join(", ")
    );
}

fn contents(text: &mut String, explanation: &Explanation) {
    section(text, "Largest contents");
    let mut table = Table::new(&[
        ("content", Align::Left),
        ("size", Align::Right),
        ("stored", Align::Right),
    ]);
    for content in &explanation.largest {
        let [size, stored] = sizes(&content.size);
        let name = match content.kind {
            ContentKind::Launcher => "the launcher".to_owned(),
            ContentKind::File => content.name.clone(),
            ContentKind::Bytecode => format!("bytecode of {}", content.name),
        };
        table.row([name, size, stored]);
    }
    text.push_str(&table.render());
}

#[cfg(test)]
pub(super) mod tests {
    use exuvia_pack::{
        ChosenLibpython, ChosenPython, Content, ContentKind, Explanation, Found, GlibcFloor,
        LeftOut, Libpython, MissingLibrary, Reason, Size, TakenDistribution, TakenLibrary, Terms,
    };

    /// What could be told of a small application.
    pub(in super::super) fn explanation() -> Explanation {
        let size = |length, stored| Size { length, stored };
        let library = |name: &str, needed_by: &[&str]| TakenLibrary {
            name: name.to_owned(),
            place: format!("/usr/lib/{name}").into(),
            needed_by: needed_by.iter().map(|path| format!("lib/{path}")).collect(),
            size: size(119_000, 60_000),
        };
        let distribution = |name: &str, why| TakenDistribution {
            name: name.to_owned(),
            version: "1.0".to_owned(),
            why,
            terms: Terms::default(),
            size: size(2_000_000, 700_000),
        };
        let content = |name: &str, kind, length, stored| Content {
            name: name.to_owned(),
            kind,
            size: size(length, stored),
        };
        Explanation {
            python: ChosenPython {
                version: "3.12.1".to_owned(),
                executable: "/venv/bin/python3".into(),
                found: Found::Environment("/venv".into()),
                environment: Some("/venv".into()),
                base: "/opt/python".into(),
                standard_library: "/opt/python/lib/python3.12".into(),
            },
            libpython: ChosenLibpython {
                how: Libpython::Shared,
                library: "/opt/python/lib/libpython3.12.so.1.0".into(),
                why_not_static: Some("there is no C compiler".to_owned()),
                linked_with: Vec::new(),
            },
            glibc: Some(GlibcFloor {
                version: "2.34".to_owned(),
                set_by: vec![String::new(), "a.so".to_owned(), "b.so".to_owned()],
                without_them: Some("2.17".to_owned()),
            }),
            libraries: vec![
                library("libz.so.1", &["binascii.so", "zlib.so", "other.so"]),
                library("libnamed.so", &[]),
            ],
            missing: vec![MissingLibrary {
                name: "libfoo.so.1".to_owned(),
                needed_by: "/venv/foo.so".into(),
            }],
            distributions: vec![
                distribution("demo", Reason::Started),
                distribution(
                    "click",
                    Reason::Imported {
                        by: "demo.cli".to_owned(),
                    },
                ),
                distribution(
                    "requests",
                    Reason::Required {
                        by: "demo".to_owned(),
                    },
                ),
                distribution(
                    "extra",
                    Reason::Plugin {
                        group: "demo.plugins".to_owned(),
                    },
                ),
            ],
            left_out: LeftOut {
                distributions: vec!["pip".to_owned()],
                standard_library: vec!["test".to_owned(), "tkinter".to_owned()],
            },
            programs: vec!["bin/ruff".to_owned()],
            largest: vec![
                content("", ContentKind::Launcher, 6_430_000, 6_430_000),
                content("lib/zlib.so", ContentKind::File, 119_000, 60_000),
                content("typing", ContentKind::Bytecode, 161_000, 161_000),
            ],
        }
    }

    #[test]
    fn everything_that_was_chosen_is_told_in_columns() {
        let text = super::words(&explanation());
        insta::assert_snapshot!(anstream::adapter::strip_str(&text).to_string().trim(), @"
        interpreter   CPython 3.12.1, /venv/bin/python3
                      found in the virtual environment /venv
        environment   /venv
        installed in  /opt/python
        libpython     carried and loaded at the start: /opt/python/lib/libpython3.12.so.1.0
                      not linked in: there is no C compiler
        glibc         runs on 2.34 and later, which the launcher, a.so and 1 more need; everything else runs on 2.17

        Libraries of this machine
        library                 size   stored  needed by
        /usr/lib/libz.so.1    119 KB  60.0 KB  binascii.so, zlib.so and 1 more
        /usr/lib/libnamed.so  119 KB  60.0 KB  named in a source, or used by the trial
        libfoo.so.1 is not on this machine; /venv/foo.so needs it

        Distributions
        distribution     size  stored  why
        demo 1.0      2.00 MB  700 KB  what is run is in it
        click 1.0     2.00 MB  700 KB  imported by demo.cli
        requests 1.0  2.00 MB  700 KB  required by demo
        extra 1.0     2.00 MB  700 KB  its entry points in demo.plugins are read

        Left out
        distributions that nothing in it refers to: pip
        of the standard library: test, tkinter

        Put on disk when they are run
        bin/ruff

        Largest contents
        content                size   stored
        the launcher        6.43 MB  6.43 MB
        lib/zlib.so          119 KB  60.0 KB
        bytecode of typing   161 KB   161 KB
        ");
    }
}
