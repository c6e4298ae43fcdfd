//! A command line that is wrong, told with its right form where that can be known.

use std::ffi::OsString;
use std::str::FromStr;

use clap::Parser;
use clap::error::ErrorKind;
use exuvia_port::FunctionName;

use crate::args::Args;
use crate::failure::Failure;

/// Reads the command line, its first word the program's own name. Prints help, and what clap finds wrong, by itself.
pub(crate) fn read(words: &[OsString]) -> Result<Args, Failure> {
    Args::try_parse_from(words).map_err(|error| {
        let about_words = matches!(
            error.kind(),
            ErrorKind::UnknownArgument
                | ErrorKind::MissingRequiredArgument
                | ErrorKind::ValueValidation
        );
        let text: Vec<_> = words[1..]
            .iter()
            .map(|word| word.to_string_lossy().into_owned())
            .collect();
        match about_words.then(|| command_without_dashes(&text)).flatten() {
            Some(failure) => failure,
            None => error.exit(),
        }
    })
}

/// What to say where `scan` or `port` lacks its command, or the `--` in front of it; nothing where something else is wrong.
fn command_without_dashes(words: &[String]) -> Option<Failure> {
    let words = match words {
        // As good as nothing.
        [words @ .., last] if last == "--" => words,
        words => words,
    };
    let at = position(words)?;
    let taken = at + 1 + position(&words[at + 1..]).unwrap_or(words.len() - at - 1);
    let begins = match words[at].as_str() {
        "scan" => taken,
        "port" => {
            let functions = words[taken..]
                .iter()
                .take_while(|word| FunctionName::from_str(word).is_ok())
                .count();
            if functions == 0 {
                return None;
            }
            taken + functions
        }
        _ => return None,
    };
    let (before, command) = words.split_at(begins);
    if words
        .iter()
        .any(|word| matches!(word.as_str(), "--" | "--remove"))
        || command.first().is_some_and(|word| word.starts_with('-'))
    {
        return None;
    }
    let typed = typed(before)?;
    Some(if command.is_empty() {
        Failure::new(format_args!("`exuvia {typed}` has no command to run")).hint(format_args!(
            "write it after `--`, as you would type it: exuvia {typed} -- python app.py"
        ))
    } else {
        let command = self::typed(command)?;
        Failure::new(format_args!(
            "the command to run, `{command}`, has no `--` before it"
        ))
        .hint(format_args!("type: exuvia {typed} -- {command}"))
    })
}

/// Where the first word is that is no option and no option's value.
fn position(words: &[String]) -> Option<usize> {
    let mut value = false;
    words.iter().position(|word| {
        if std::mem::take(&mut value) {
            return false;
        }
        value = matches!(word.as_str(), "--python" | "--top" | "--calls");
        !word.starts_with('-')
    })
}

fn typed(words: &[String]) -> Option<String> {
    shlex::try_join(words.iter().map(String::as_str)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(line: &str) -> Option<String> {
        let words: Vec<_> = line.split(' ').map(str::to_owned).collect();
        command_without_dashes(&words).and_then(|failure| failure.hint)
    }

    #[test]
    fn the_right_form_keeps_what_was_typed() {
        for (line, right) in [
            (
                "scan python app.py -v",
                "type: exuvia scan -- python app.py -v",
            ),
            (
                "--python p scan --top 5 --json pytest -q",
                "type: exuvia --python p scan --top 5 --json -- pytest -q",
            ),
            (
                "port a:b a:c python app.py",
                "type: exuvia port a:b a:c -- python app.py",
            ),
        ] {
            assert_eq!(hint(line).as_deref(), Some(right), "{line}");
        }
        for line in ["scan", "scan --", "scan --json"] {
            let right = format!("{} -- python app.py", line.trim_end_matches(" --"));
            assert!(
                hint(line).is_some_and(|hint| hint.ends_with(&format!(": exuvia {right}"))),
                "{line}"
            );
        }
    }

    #[test]
    fn what_else_is_wrong_is_left_to_clap() {
        for line in [
            "scan --tpo 5 -- python app.py",
            "port app.slow",
            "port --remove a:b x",
            "chek a:b",
            "check a.b",
            "--json",
        ] {
            assert_eq!(hint(line), None, "{line}");
        }
    }
}
