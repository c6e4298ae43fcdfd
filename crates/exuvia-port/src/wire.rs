//! The marked block in a Python module that puts ports in the place of their twins, in the manner of PEP 399.
//!
//! The block stands at the end of the module, or right before its `if __name__ == "__main__":`, so that what runs there runs
//! on the ports as well. Taking it out again leaves the bytes that were there before it was put in.

use std::fmt::Write;

use crate::analysis::ModuleSource;

/// How the block's first line begins.
const BEGIN: &str = "# >>> exuvia: written by `exuvia port`, taken out by `exuvia port --remove`.";
/// Stands at the end of the first line where the text above it had no newline at its end.
const UNENDED: &str = " (The line above had no newline.)";
/// The block's last line.
const END: &str = "# <<< exuvia";

/// What a block says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wiring<'a> {
    /// The compiled module: `qrcode._exuvia`.
    pub(crate) extension: &'a str,
    /// The attribute of it that holds this Python module's ports: `util`.
    pub(crate) group: &'a str,
    /// The ported functions.
    pub(crate) functions: &'a [String],
}

/// Where a block is in a module's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    /// From the first byte of its first line.
    start: usize,
    /// To behind the newline of its last line.
    end: usize,
    /// Whether the text above it had no newline at its end.
    unended: bool,
}

/// The module's text with a block that says `wiring`, in the place of the one it has.
///
/// `text` parses; an empty list of functions takes the block out.
pub(crate) fn wired(text: &str, wiring: Wiring<'_>) -> String {
    let bare = unwired(text);
    if wiring.functions.is_empty() {
        return bare;
    }
    if let Some(place) = find(text) {
        // What people wrote around the block stays around it.
        let block = block(wiring, newline(&bare), place.unended);
        return format!("{}{block}{}", &text[..place.start], &text[place.end..]);
    }
    let newline = newline(&bare);
    let guard = ModuleSource::parse(&bare)
        .ok()
        .and_then(|module| module.main_guard());
    if let Some(guard) = guard {
        let (above, below) = bare.split_at(guard + mark(&bare));
        return format!(
            "{above}{}{newline}{newline}{below}",
            block(wiring, newline, false)
        );
    }
    let unended = !bare.is_empty() && !bare.ends_with(['\n', '\r']);
    let ending = if unended { newline } else { "" };
    format!(
        "{bare}{ending}{newline}{newline}{}",
        block(wiring, newline, unended)
    )
}

/// The module's text without a block; the text itself where it has none.
pub(crate) fn unwired(text: &str) -> String {
    let Some(place) = find(text) else {
        return text.to_owned();
    };
    let (mut above, mut below) = (&text[..place.start], &text[place.end..]);
    if below.is_empty() {
        for _ in 0..2 + usize::from(place.unended) {
            above = strip_newline_before(above);
        }
    } else {
        for _ in 0..2 {
            below = strip_newline_after(below);
        }
    }
    format!("{above}{below}")
}

/// The functions that a module's block names; none where it has no block.
pub(crate) fn wired_functions(text: &str) -> Vec<String> {
    let Some(place) = find(text) else {
        return Vec::new();
    };
    let entries = split_lines(&text[place.start..place.end]).filter_map(|line| {
        let line = line.trim_end_matches(['\n', '\r']);
        let (key, value) = line.strip_prefix("    \"")?.split_once("\": ")?;
        (value.strip_suffix(',')? == key).then(|| key.to_owned())
    });
    entries.collect()
}

fn block(wiring: Wiring<'_>, newline: &str, unended: bool) -> String {
    let Wiring {
        extension,
        group,
        functions,
    } = wiring;
    let mut lines = format!("{BEGIN}{}\n", if unended { UNENDED } else { "" });
    lines.push_str(
        "# These functions run in Rust where it is built, and as written above everywhere else; EXUVIA_PURE=1 switches it off.\n\
         _exuvia_twins = {\n",
    );
    for function in functions {
        _ = writeln!(lines, "    \"{function}\": {function},");
    }
    _ = write!(
        lines,
        "}}\n\
         if __import__(\"os\").environ.get(\"EXUVIA_PURE\", \"\") in (\"\", \"0\"):\n    \
             try:\n        \
                 from {extension} import {group} as _exuvia_ports\n    \
             except ImportError:\n        \
                 pass\n    \
             else:\n        \
                 _exuvia_ports.__dict__.setdefault(\"_exuvia_twins\", _exuvia_twins)\n"
    );
    for function in functions {
        _ = writeln!(
            lines,
            "        {function} = getattr(_exuvia_ports, \"{function}\", {function})"
        );
    }
    lines.push_str(END);
    lines.push('\n');
    if newline == "\n" {
        lines
    } else {
        lines.replace('\n', newline)
    }
}

fn find(text: &str) -> Option<Place> {
    let mut start = None;
    let mut offset = mark(text);
    for line in split_lines(&text[offset..]) {
        let content = line.trim_end_matches(['\n', '\r']);
        if let Some(rest) = content.strip_prefix(BEGIN) {
            start = Some((offset, rest == UNENDED));
        } else if let (END, Some((start, unended))) = (content, start) {
            return Some(Place {
                start,
                end: offset + line.len(),
                unended,
            });
        }
        offset += line.len();
    }
    None
}

/// How long the byte order mark is that a text begins with.
fn mark(text: &str) -> usize {
    if text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    }
}

/// The lines of a text with their newlines, of any of Python's three kinds.
fn split_lines(mut text: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let end = text.find(['\n', '\r']).map_or(text.len(), |at| {
            text.len() - strip_newline_after(&text[at..]).len()
        });
        let (line, rest) = text.split_at(end);
        text = rest;
        (!line.is_empty()).then_some(line)
    })
}

/// The first newline that a text uses, else `\n`.
fn newline(text: &str) -> &'static str {
    // A `\n` after this last byte would make one newline of two.
    if text.ends_with('\r') {
        return "\r";
    }
    let at = text.find(['\n', '\r']).map(|at| &text[at..]);
    match at {
        Some(rest) if rest.starts_with("\r\n") => "\r\n",
        Some(rest) if rest.starts_with('\r') => "\r",
        _ => "\n",
    }
}

fn strip_newline_before(text: &str) -> &str {
    text.strip_suffix("\r\n")
        .or_else(|| text.strip_suffix(['\n', '\r']))
        .unwrap_or(text)
}

fn strip_newline_after(text: &str) -> &str {
    text.strip_prefix("\r\n")
        .or_else(|| text.strip_prefix(['\n', '\r']))
        .unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn functions(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    fn wire(text: &str, names: &[&str]) -> String {
        wired(
            text,
            Wiring {
                extension: "pkg._exuvia",
                group: "mod",
                functions: &functions(names),
            },
        )
    }

    #[test]
    fn the_block_reads_as_this() {
        assert_eq!(
            wire("def f():\n    pass\n", &["f"]),
            r#"def f():
    pass


# >>> exuvia: written by `exuvia port`, taken out by `exuvia port --remove`.
# These functions run in Rust where it is built, and as written above everywhere else; EXUVIA_PURE=1 switches it off.
_exuvia_twins = {
    "f": f,
}
if __import__("os").environ.get("EXUVIA_PURE", "") in ("", "0"):
    try:
        from pkg._exuvia import mod as _exuvia_ports
    except ImportError:
        pass
    else:
        _exuvia_ports.__dict__.setdefault("_exuvia_twins", _exuvia_twins)
        f = getattr(_exuvia_ports, "f", f)
# <<< exuvia
"#
        );
    }

    #[test]
    fn the_block_comes_before_the_main_guard() {
        let text = "def f():\n    pass\n\n\nif __name__ == '__main__':\n    f()\n";
        let with = wire(text, &["f"]);
        assert!(with.find("# <<<").unwrap() < with.find("__main__").unwrap());
        assert_eq!(unwired(&with), text);
    }

    #[test]
    fn the_functions_of_a_block_can_be_read_back_and_changed() {
        let text = "def f(): pass\r\ndef g(): pass";
        let one = wire(text, &["f"]);
        let both = wire(&one, &["f", "g"]);
        assert_eq!(wired_functions(&both), ["f", "g"]);
        assert_eq!(wire(&both, &["f", "g"]), both);
        assert_eq!(wire(&both, &["f"]), one);
        assert_eq!(wire(&both, &[]), text);
    }

    #[test]
    fn what_was_written_below_the_block_stays() {
        let with = wire("def f(): pass\n", &["f"]) + "x = 1\n";
        assert!(wire(&with, &["f", "g"]).ends_with("# <<< exuvia\nx = 1\n"));
        assert!(unwired(&with).ends_with("x = 1\n"));
    }

    proptest! {
        #[test]
        fn wiring_and_unwiring_leaves_every_byte(
            mark in prop::bool::ANY,
            lines in prop::collection::vec("(def f\\(\\): pass|x = 'é'|    # c|if __name__ == \"__main__\": f\\(\\)|)", 0..8),
            newlines in prop::collection::vec("(\n|\r\n|\r)", 8),
            ended in prop::bool::ANY,
        ) {
            let mut text = String::from(if mark { "\u{feff}" } else { "" });
            for (index, line) in lines.iter().enumerate() {
                text.push_str(line);
                if ended || index + 1 < lines.len() {
                    text.push_str(&newlines[index]);
                }
            }
            let with = wire(&text, &["f", "g"]);
            prop_assert!(with.len() > text.len());
            prop_assert_eq!(wired_functions(&with), ["f", "g"]);
            prop_assert_eq!(wire(&with, &["f", "g"]), with.clone());
            prop_assert_eq!(unwired(&with), text);
        }
    }
}
