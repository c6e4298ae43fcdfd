//! What a project says in its `pyproject.toml` about how it is packed.
//!
//! Every key of `[tool.exuvia.pack]` is an option of `exuvia pack` by the same name, and the other way round. The description for
//! editors (`docs/pack.schema.json`) is made from [`Settings`] by a test of this module.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::{Libpython, near};

/// Name of the file.
const FILE: &str = "pyproject.toml";
/// Where in it the settings are.
const PLACE: [&str; 3] = ["tool", "exuvia", "pack"];

/// How the application in a folder is packed, from `[tool.exuvia.pack]` of its `pyproject.toml`.
///
/// Paths are relative to that folder.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    deny_unknown_fields,
    default,
    expecting = "a table"
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(title = "[tool.exuvia.pack]"))]
pub struct Settings {
    /// The script to run. Of `script`, `module` and `entry`, one is given.
    pub script: Option<PathBuf>,
    /// The module to run, as in `python -m MODULE`.
    pub module: Option<String>,
    /// The console script to run, by the name it is installed under.
    pub entry: Option<String>,
    /// The file to write. By default, the script's, module's or entry's name.
    pub output: Option<PathBuf>,
    /// The Python interpreter to pack, that of the environment that the application runs in: a program, the folder of an environment or an
    /// installation, a version of pyenv, or an archive of python-build-standalone. By default, the active virtual environment's, else
    /// `python3`.
    pub python: Option<PathBuf>,
    /// How to take libpython along.
    pub libpython: Option<Libpython>,
    /// Distributions and modules to take along though nothing refers to them, and files and folders beside the application, by their paths there.
    pub include: Vec<String>,
    /// Distributions, and modules or packages, to leave out.
    pub exclude: Vec<String>,
    /// Take every distribution of the environment along.
    pub all: Option<bool>,
    /// Arguments to run the application with while packing, as typed in a shell; what the run uses is taken along. A list is
    /// several runs.
    #[serde(deserialize_with = "one_or_several")]
    #[cfg_attr(test, schemars(with = "tests::OneOrSeveral"))]
    pub trial: Vec<String>,
    /// How long a trial may run, in seconds. By default, 60.
    pub trial_time: Option<u64>,
    /// The file to write what is in the packed file to, and under which terms.
    pub licenses: Option<PathBuf>,
    /// Make the file as small as it can be; it starts less quickly then.
    pub small: Option<bool>,
}

/// The keys of [`Settings`].
const KEYS: &[&str] = &[
    "all",
    "entry",
    "exclude",
    "include",
    "libpython",
    "licenses",
    "module",
    "output",
    "python",
    "script",
    "small",
    "trial",
    "trial-time",
];

/// Why the settings cannot be read. [`hint`](Self::hint) says what to do next.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The file is there, and cannot be read.
    #[error("reading {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is no TOML, or a value is of another type.
    #[error("pyproject.toml, line {line}, column {column}: {message}")]
    Value {
        /// Line, from 1.
        line: usize,
        /// Column, from 1, in characters.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// There is no such key.
    #[error("pyproject.toml, line {line}, column {column}: [{table}] has no key `{key}`")]
    UnknownKey {
        /// Line, from 1.
        line: usize,
        /// Column, from 1, in characters.
        column: usize,
        /// The table that it stands in.
        table: String,
        /// The key.
        key: String,
        /// What there is by a name like it, or all that there is.
        hint: String,
    },
    /// More than one thing to run.
    #[error("[tool.exuvia.pack] of pyproject.toml names both a {0} and a {1} to run")]
    Several(&'static str, &'static str),
}

impl SettingsError {
    /// What to do next.
    pub fn hint(&self) -> String {
        match self {
            Self::Read { .. } => "check that the file can be read, and that it is UTF-8".to_owned(),
            Self::Value { .. } => "mend pyproject.toml first".to_owned(),
            Self::UnknownKey { hint, .. } => hint.clone(),
            Self::Several(..) => "leave one of them".to_owned(),
        }
    }
}

impl Settings {
    /// Reads the settings of a folder; nothing where it has no `pyproject.toml`, or that says nothing about packing.
    ///
    /// # Errors
    ///
    /// [`SettingsError`] for a file that cannot be read, is no TOML, or says of packing what is not known.
    pub fn read(folder: &Path) -> Result<Option<Self>, SettingsError> {
        let path = folder.join(FILE);
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::from_text(&text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(SettingsError::Read { path, source }),
        }
    }

    fn from_text(text: &str) -> Result<Option<Self>, SettingsError> {
        let wrong = |error: toml::de::Error| {
            let (line, column) = position(text, error.span().map_or(0, |span| span.start));
            let message = error
                .message()
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned();
            SettingsError::Value {
                line,
                column,
                message,
            }
        };
        let mut table = DeTable::parse(text).map_err(wrong)?;
        let [tool, exuvia, pack] = PLACE;
        let Some(mut tool) = take_table(table.get_mut(), tool) else {
            return Ok(None);
        };
        let Some(mut exuvia) = take_table(&mut tool, exuvia) else {
            return Ok(None);
        };
        check_keys(text, &exuvia, "tool.exuvia", &[pack])?;
        let Some(value) = exuvia.remove(pack) else {
            return Ok(None);
        };
        if let DeValue::Table(keys) = value.get_ref() {
            check_keys(text, keys, "tool.exuvia.pack", KEYS)?;
        }
        let settings =
            Self::deserialize(toml::de::ValueDeserializer::from(value)).map_err(wrong)?;
        let to_run = [
            ("script", settings.script.is_some()),
            ("module", settings.module.is_some()),
            ("entry", settings.entry.is_some()),
        ];
        let named: Vec<_> = to_run.iter().filter(|(_, is_named)| *is_named).collect();
        match named.as_slice() {
            [(one, _), (other, _), ..] => Err(SettingsError::Several(one, other)),
            _ => Ok(Some(settings)),
        }
    }
}

fn take_table<'t>(table: &mut DeTable<'t>, key: &str) -> Option<DeTable<'t>> {
    match table.remove(key).map(Spanned::into_inner) {
        Some(DeValue::Table(table)) => Some(table),
        _ => None,
    }
}

fn check_keys(
    text: &str,
    table: &DeTable,
    name: &str,
    known: &[&str],
) -> Result<(), SettingsError> {
    let Some((key, _)) = table
        .iter()
        .find(|(key, _)| !known.contains(&&**key.get_ref()))
    else {
        return Ok(());
    };
    let (line, column) = position(text, key.span().start);
    let there_are = || {
        let names: Vec<_> = known.iter().map(|key| format!("`{key}`")).collect();
        format!("its keys are {}", names.join(", "))
    };
    let key: &str = key.get_ref();
    Err(SettingsError::UnknownKey {
        line,
        column,
        table: name.to_owned(),
        key: key.to_owned(),
        hint: near::did_you_mean(key, known).unwrap_or_else(there_are),
    })
}

/// Line and column of a place in a text, each from 1.
fn position(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    (
        before.matches('\n').count() + 1,
        before[line_start..].chars().count() + 1,
    )
}

/// A text, or a list of texts.
fn one_or_several<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    struct Visitor;
    impl<'de> serde::de::Visitor<'de> for Visitor {
        type Value = Vec<String>;

        fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            formatter.write_str("a string, or a list of strings")
        }

        fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
            Ok(vec![text.to_owned()])
        }

        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
            Vec::deserialize(serde::de::value::SeqAccessDeserializer::new(list))
        }
    }
    deserializer.deserialize_any(Visitor)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{KEYS, Settings, SettingsError};
    use crate::Libpython;

    /// One run, or several.
    #[derive(schemars::JsonSchema)]
    #[schemars(untagged)]
    #[allow(dead_code)]
    pub(super) enum OneOrSeveral {
        One(String),
        Several(Vec<String>),
    }

    fn wrong(text: &str) -> (String, String) {
        let error = Settings::from_text(text).expect_err(text);
        (error.to_string(), error.hint())
    }

    #[test]
    fn every_key_is_read() {
        let text = "[project]\nname = 'x'\n[tool.exuvia.pack]\nentry = 'x'\noutput = 'dist/x'\npython = '.venv/bin/python'\n\
                    libpython = 'shared'\ninclude = ['a']\nexclude = ['b', 'c.d']\nall = true\ntrial = '--version'\ntrial-time = 5\n\
                    licenses = 'TERMS'\nsmall = true\n";
        let settings = Settings::from_text(text).unwrap().unwrap();
        assert_eq!(
            settings,
            Settings {
                script: None,
                module: None,
                entry: Some("x".into()),
                output: Some("dist/x".into()),
                python: Some(".venv/bin/python".into()),
                libpython: Some(Libpython::Shared),
                include: vec!["a".into()],
                exclude: vec!["b".into(), "c.d".into()],
                all: Some(true),
                trial: vec!["--version".into()],
                trial_time: Some(5),
                licenses: Some("TERMS".into()),
                small: Some(true),
            }
        );
        let several = Settings::from_text("[tool.exuvia]\npack.trial = ['a b', '']").unwrap();
        assert_eq!(several.unwrap().trial, ["a b", ""]);
    }

    #[test]
    fn a_project_need_not_say_anything() {
        for text in [
            "",
            "[tool.black]\nline-length = 99\n",
            "[tool]\nexuvia = {}\n",
        ] {
            assert_eq!(Settings::from_text(text).unwrap(), None, "{text}");
        }
        let nothing = Settings::read(Path::new("/no/such/folder")).unwrap();
        assert_eq!(nothing, None);
    }

    #[test]
    fn a_key_that_is_not_known_is_told_with_its_neighbour() {
        let (message, hint) = wrong("[tool.exuvia.pack]\nmodule = 'm'\n  includes = ['é']\n");
        assert_eq!(
            message,
            "pyproject.toml, line 3, column 3: [tool.exuvia.pack] has no key `includes`"
        );
        assert_eq!(hint, "did you mean `include`?");
        let (message, hint) = wrong("[tool.exuvia.pakc]\n");
        assert_eq!(
            message,
            "pyproject.toml, line 1, column 14: [tool.exuvia] has no key `pakc`"
        );
        assert_eq!(hint, "did you mean `pack`?");
        let (_, hint) = wrong("[tool.exuvia.pack]\nicon = 'x'\n");
        assert!(hint.starts_with("its keys are `all`, `entry`"), "{hint}");
    }

    #[test]
    fn a_value_of_another_type_is_told_with_its_place() {
        for (text, message) in [
            (
                "[tool.exuvia.pack]\nall = 1\n",
                "line 2, column 7: invalid type: integer `1`, expected a boolean",
            ),
            (
                "[tool.exuvia.pack]\ninclude = 'one'\n",
                "line 2, column 11: invalid type: string \"one\", expected a sequence",
            ),
            (
                "[tool.exuvia.pack]\ntrial = [1]\n",
                "line 2, column 10: invalid type: integer `1`, expected a string",
            ),
            (
                "[tool.exuvia.pack]\nlibpython = 'statci'\n",
                "line 2, column 13: unknown variant `statci`, expected one of `auto`, `static`, `shared`",
            ),
            (
                "[tool.exuvia]\npack = 3\n",
                "line 2, column 8: invalid type: integer `3`, expected a table",
            ),
            ("[tool\n", "line 1, column 6: unclosed table, expected `]`"),
        ] {
            assert_eq!(wrong(text).0, format!("pyproject.toml, {message}"));
        }
        assert!(matches!(
            Settings::from_text("[tool.exuvia.pack]\nscript = 'a.py'\nentry = 'a'\n"),
            Err(SettingsError::Several("script", "entry"))
        ));
    }

    /// Takes out what TOML has no words for: `null`, and what a key is when it is not there.
    fn simplify(schema: &mut serde_json::Value) {
        match schema {
            serde_json::Value::Object(object) => {
                object.remove("default");
                object.remove("format");
                if let Some(description) = object.get_mut("description") {
                    let text = description.as_str().unwrap();
                    *description = text.split_whitespace().collect::<Vec<_>>().join(" ").into();
                }
                let types = object
                    .get("type")
                    .and_then(|types| types.as_array())
                    .cloned();
                if let Some([one, _]) = types.as_deref() {
                    object.insert("type".into(), one.clone());
                }
                if let Some(either) = object.get_mut("anyOf").and_then(|any| any.as_array_mut()) {
                    either.retain(|each| each["type"] != "null");
                }
                object.values_mut().for_each(simplify);
            }
            serde_json::Value::Array(array) => array.iter_mut().for_each(simplify),
            _ => {}
        }
    }

    #[test]
    fn the_description_for_editors_is_that_of_the_settings() {
        let generator = schemars::generate::SchemaSettings::draft07()
            .for_deserialize()
            .into_generator();
        let mut schema = generator.into_root_schema_for::<Settings>().to_value();
        let keys: Vec<_> = schema["properties"].as_object().unwrap().keys().collect();
        assert_eq!(keys, KEYS);
        simplify(&mut schema);
        let text = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
        let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/pack.schema.json");
        if std::env::var_os("EXUVIA_BLESS").is_some() {
            std::fs::write(&place, &text).unwrap();
        }
        assert_eq!(
            std::fs::read_to_string(&place).unwrap_or_default(),
            text,
            "run this test with EXUVIA_BLESS=1 to write {}",
            place.display()
        );
    }
}
