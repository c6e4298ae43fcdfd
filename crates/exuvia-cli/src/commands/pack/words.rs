//! What is told of a packed file.

use std::fmt::Write;

use exuvia_pack::{Libpython, Packed};
use serde_json::{Value, json};

use crate::table::duration;
use crate::terminal::{DIM, GOOD, WARN};

/// How many distributions are told by name before their number says more.
const NAMED: usize = 6;

/// A packed file in a few lines.
pub(super) fn text(packed: &Packed) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    _ = writeln!(
        text,
        "{GOOD}packed{GOOD:#}   {}: {:.1} MB in {}",
        packed.path.display(),
        packed.size as f64 / 1e6,
        duration(packed.time.as_secs_f64())
    );
    let floor = packed.explanation.glibc.as_ref();
    _ = writeln!(
        text,
        "         CPython {} {}, {} modules{}",
        packed.python,
        how(packed.libpython),
        packed.modules,
        floor
            .map(|floor| format!("; runs on glibc {} and later", floor.version))
            .unwrap_or_default()
    );
    if !packed.distributions.is_empty() {
        let names = packed
            .distributions
            .iter()
            .map(|(name, version)| format!("{name} {version}"));
        _ = writeln!(text, "with     {}", shortened(names.collect(), " more"));
    }
    if !packed.excluded.is_empty() {
        _ = writeln!(
            text,
            "without  {}, as asked",
            shortened(packed.excluded.clone(), " more")
        );
    }
    if !packed.left_out.is_empty() {
        let what = match packed.left_out.as_slice() {
            [name] => format!("{name}, which nothing in it refers to (--include takes it along)"),
            names if names.len() <= NAMED => format!(
                "{}, which nothing in it refers to (--include takes one along)",
                names.join(", ")
            ),
            names => format!(
                "{} installed distributions that nothing in it refers to (--explain lists them, --include takes one along)",
                names.len()
            ),
        };
        _ = writeln!(text, "{DIM}without  {what}{DIM:#}");
    }
    for note in &packed.notes {
        _ = writeln!(text, "{WARN}note{WARN:#}     {note}");
    }
    text
}

/// All that is known, for a program to read.
pub(super) fn document(packed: &Packed) -> Value {
    let distributions: Vec<_> = packed
        .distributions
        .iter()
        .map(|(name, version)| json!({ "name": name, "version": version }))
        .collect();
    json!({
        "path": packed.path,
        "size": packed.size,
        "seconds": packed.time.as_secs_f64(),
        "python": packed.python,
        "libpython": match packed.libpython {
            Libpython::Shared => "shared",
            Libpython::Static | Libpython::Auto => "static",
        },
        "modules": packed.modules,
        "distributions": distributions,
        "excluded": packed.excluded,
        "left_out": packed.left_out,
        "notes": packed.notes,
        "explanation": packed.explanation,
    })
}

fn how(libpython: Libpython) -> &'static str {
    match libpython {
        Libpython::Shared => "carried",
        Libpython::Static | Libpython::Auto => "linked in",
    }
}

/// Names in a row, the last of many as their number.
fn shortened(names: Vec<String>, more: &str) -> String {
    let shown = if names.len() > NAMED + 1 {
        NAMED
    } else {
        names.len()
    };
    let rest = names.len() - shown;
    let mut text = names[..shown].join(", ");
    if rest > 0 {
        _ = write!(text, " and {rest}{more}");
    }
    text
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use exuvia_pack::{Libpython, Packed};

    fn packed(distributions: usize, left_out: usize) -> Packed {
        let names = |letter: char, count: usize| (0..count).map(move |at| format!("{letter}{at}"));
        Packed {
            path: "dist/app".into(),
            size: 27_460_000,
            python: "3.12.1".into(),
            libpython: Libpython::Static,
            modules: 612,
            distributions: names('d', distributions)
                .map(|name| (name, "1.0".to_owned()))
                .collect(),
            excluded: Vec::new(),
            left_out: names('l', left_out).collect(),
            notes: vec!["libfoo.so.1 is missing".to_owned()],
            explanation: crate::commands::pack::explain::tests::explanation(),
            time: Duration::from_millis(1240),
        }
    }

    fn shown(packed: &Packed) -> String {
        anstream::adapter::strip_str(&super::text(packed)).to_string()
    }

    #[test]
    fn a_few_names_are_told_in_full() {
        insta::assert_snapshot!(shown(&packed(2, 2)), @"
        packed   dist/app: 27.5 MB in 1.24 s
                 CPython 3.12.1 linked in, 612 modules; runs on glibc 2.34 and later
        with     d0 1.0, d1 1.0
        without  l0, l1, which nothing in it refers to (--include takes one along)
        note     libfoo.so.1 is missing
        ");
    }

    #[test]
    fn many_names_are_told_by_their_number() {
        let packed = Packed {
            excluded: vec!["numpy.tests".into()],
            ..packed(20, 23)
        };
        insta::assert_snapshot!(shown(&packed), @"
        packed   dist/app: 27.5 MB in 1.24 s
                 CPython 3.12.1 linked in, 612 modules; runs on glibc 2.34 and later
        with     d0 1.0, d1 1.0, d2 1.0, d3 1.0, d4 1.0, d5 1.0 and 14 more
        without  numpy.tests, as asked
        without  23 installed distributions that nothing in it refers to (--explain lists them, --include takes one along)
        note     libfoo.so.1 is missing
        ");
        let document = super::document(&packed);
        assert_eq!(document["left_out"].as_array().unwrap().len(), 23);
        assert_eq!(document["distributions"][19]["name"], "d19");
    }
}
