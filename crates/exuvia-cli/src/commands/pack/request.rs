//! What is to be packed: what was typed, then what the project's settings say.

use std::path::{Path, PathBuf};
use std::time::Duration;

use exuvia_pack::{Application, Libpython, Request, Settings, counterparts};
use exuvia_port::Interpreter;

use crate::args::{Global, LibpythonChoice, PackArgs};
use crate::failure::Failure;

/// The request that options and settings make together, and the file to write the terms to.
pub(super) fn request(
    global: &Global,
    args: PackArgs,
    settings: Settings,
) -> Result<(Request, Option<PathBuf>), Failure> {
    let typed = application(args.script, args.module, args.entry);
    let of_project = application(settings.script, settings.module, settings.entry);
    // Files to write and arguments to try belong to the application that they are told with.
    let is_other = typed.is_some() && of_project.is_some() && typed != of_project;
    let (output, licenses, trial) = if is_other {
        (None, None, Vec::new())
    } else {
        (settings.output, settings.licenses, settings.trial)
    };
    let chosen = global.python.as_deref().or(settings.python.as_deref());
    // What is named need be no program: the library knows folders, versions and archives.
    let find = || match chosen {
        Some(named) => Ok(named.to_owned()),
        None => Interpreter::find(None).map(|python| python.executable().to_owned()),
    };
    let Some(application) = typed.or(of_project) else {
        return Err(nothing_named(find().ok().as_deref()));
    };
    let python = find()?;
    let request = Request {
        output: args.output.or(output),
        libpython: args
            .libpython
            .map(libpython)
            .or(settings.libpython)
            .unwrap_or_default(),
        include: joined(settings.include, &args.exclude, &args.include),
        exclude: joined(settings.exclude, &args.include, &args.exclude),
        all: args.all.or(settings.all).unwrap_or_default(),
        small: args.small.or(settings.small).unwrap_or_default(),
        trial: if args.trial.is_empty() {
            trial
        } else {
            args.trial
        },
        trial_time: args
            .trial_time
            .or(settings.trial_time)
            .map_or(Request::TRIAL_TIME, Duration::from_secs),
        ..Request::new(application, python)
    };
    Ok((request, args.licenses.or(licenses)))
}

/// What to say where nothing to pack was named: what a `pyoxidizer.bzl` names, in terms of this program.
fn nothing_named(python: Option<&Path>) -> Failure {
    let counterparts = python.and_then(|python| counterparts(Path::new(""), python).ok().flatten());
    let Some(found) = counterparts else {
        if let Some(folder) = project_around() {
            return Failure::new("nothing to pack was named").hint(format_args!(
                "run it in {}, whose pyproject.toml has [tool.exuvia.pack]; or name what to pack, as in `exuvia pack app.py`",
                folder.display()
            ));
        }
        return Failure::new("nothing to pack was named").hint(
            "name a script, as in `exuvia pack app.py`, a module with `-m MODULE`, or an installed command with `--entry NAME`; \
             or say so in [tool.exuvia.pack] of pyproject.toml",
        );
    };
    let failure = Failure::new("nothing to pack was named, and pyoxidizer.bzl is for PyOxidizer");
    let mut settings = Vec::new();
    if !found
        .settings
        .iter()
        .any(|(key, ..)| matches!(*key, "module" | "script"))
    {
        settings.push((
            "# module, script or entry:".to_owned(),
            "what is to be run".to_owned(),
        ));
    }
    for (key, value, place) in &found.settings {
        settings.push((format!("{key} = {value}"), format!("# {place}")));
    }
    let mut hint = format!(
        "write into pyproject.toml, and run `exuvia pack` again:\n\n  [tool.exuvia.pack]\n{}",
        columns(&settings)
    );
    if !found.others.is_empty() {
        hint.push_str("\nWhat else it says:\n\n");
        hint.push_str(&columns(&found.others));
    }
    failure.hint(hint.trim_end())
}

/// The nearest folder around the current one that says how it is packed.
fn project_around() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let mut around = here.ancestors().skip(1);
    around
        .find(|folder| matches!(Settings::read(folder), Ok(Some(_))))
        .map(Path::to_owned)
}

/// Pairs in two columns, a line each.
fn columns(pairs: &[(String, String)]) -> String {
    let width = pairs
        .iter()
        .map(|(left, _)| left.chars().count())
        .max()
        .unwrap_or(0);
    pairs
        .iter()
        .map(|(left, right)| {
            let space = " ".repeat(width - left.chars().count());
            format!("  {left}{space}  {right}\n")
        })
        .collect()
}

fn application(
    script: Option<PathBuf>,
    module: Option<String>,
    entry: Option<String>,
) -> Option<Application> {
    script
        .map(Application::Script)
        .or(module.map(Application::Module))
        .or(entry.map(Application::Entry))
}

fn libpython(choice: LibpythonChoice) -> Libpython {
    match choice {
        LibpythonChoice::Auto => Libpython::Auto,
        LibpythonChoice::Static => Libpython::Static,
        LibpythonChoice::Shared => Libpython::Shared,
    }
}

/// The names of the settings but for those that were typed to the contrary, then those that were typed.
fn joined(settings: Vec<String>, contrary: &[String], typed: &[String]) -> Vec<String> {
    let mut names = settings;
    names.retain(|name| !contrary.contains(name));
    for name in typed {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use clap::Parser;
    use exuvia_pack::{Application, Libpython, Request, Settings};

    use crate::args::{Args, Command};

    fn request(line: &[&str]) -> Request {
        request_and_terms(line).0
    }

    /// The request, and the file of terms, for a command line in a project that packs `app.py`.
    fn request_and_terms(line: &[&str]) -> (Request, Option<PathBuf>) {
        let settings = Settings {
            script: Some("app.py".into()),
            output: Some("dist/app".into()),
            libpython: Some(Libpython::Shared),
            include: vec!["one".into(), "two".into()],
            exclude: vec!["three".into()],
            all: Some(true),
            trial: vec!["--version".into()],
            trial_time: Some(5),
            licenses: Some("TERMS".into()),
            ..Settings::default()
        };
        let args = Args::try_parse_from(["exuvia", "pack"].iter().chain(line)).unwrap();
        let Command::Pack(pack) = args.command else {
            unreachable!()
        };
        super::request(&args.global, *pack, settings).unwrap()
    }

    #[test]
    fn settings_hold_where_nothing_is_typed() {
        let request = request(&[]);
        assert_eq!(request.application, Application::Script("app.py".into()));
        assert_eq!(request.output, Some(PathBuf::from("dist/app")));
        assert_eq!(request.libpython, Libpython::Shared);
        assert_eq!(request.include, ["one", "two"]);
        assert_eq!(request.exclude, ["three"]);
        assert!(request.all);
        assert_eq!(request.trial, ["--version"]);
        assert_eq!(request.trial_time.as_secs(), 5);
        assert_eq!(request_and_terms(&[]).1, Some(PathBuf::from("TERMS")));
    }

    #[test]
    fn what_is_typed_goes_before_the_settings() {
        let request = request(&[
            "app.py",
            "--include",
            "three",
            "--exclude",
            "one",
            "--all=false",
            "--trial",
            "--help",
            "--trial",
            "a b",
            "--libpython",
            "static",
            "-o",
            "x",
            "--trial-time",
            "9",
        ]);
        assert_eq!(request.output, Some(PathBuf::from("x")));
        assert_eq!(request.libpython, Libpython::Static);
        assert_eq!(request.include, ["two", "three"]);
        assert_eq!(request.exclude, ["one"]);
        assert!(!request.all);
        assert_eq!(request.trial, ["--help", "a b"]);
        assert_eq!(request.trial_time.as_secs(), 9);
    }

    #[test]
    fn another_application_is_not_written_over_that_of_the_project() {
        let (request, terms) = request_and_terms(&["-m", "json.tool"]);
        assert_eq!(terms, None);
        assert_eq!(request.application, Application::Module("json.tool".into()));
        assert_eq!(request.output, None);
        assert!(request.trial.is_empty());
        assert_eq!(request.include, ["one", "two"]);
    }

    #[test]
    fn every_key_of_the_settings_is_an_option() {
        use clap::CommandFactory;
        let schema = include_str!("../../../../../docs/pack.schema.json");
        let schema: serde_json::Value = serde_json::from_str(schema).unwrap();
        let command = Args::command();
        let pack = command.find_subcommand("pack").unwrap();
        let options: Vec<_> = pack
            .get_arguments()
            .chain(command.get_arguments())
            .map(|argument| argument.get_id().as_str().replace('_', "-"))
            .collect();
        let keys = schema["properties"].as_object().unwrap();
        for key in keys.keys() {
            assert!(options.contains(key), "{key} is not among {options:?}");
        }
        // What only has a meaning where it is typed.
        let alone = [
            "json", "explain", "inspect", "extract", "verify", "help", "version",
        ];
        for option in options {
            assert!(
                keys.contains_key(&option) || alone.contains(&option.as_str()),
                "{option} is no key of the settings"
            );
        }
    }
}
