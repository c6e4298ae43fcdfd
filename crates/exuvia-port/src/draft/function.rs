//! The draft of one function.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::source::Header;
use super::types::{ResultType, RustType, words};
use super::{digest, function_identifier, identifier};
use crate::analysis::{Default, Function, Kind, Parameter};
use crate::record::{ObservedType, RecordedFunction};

/// How wide rustfmt lets a line be.
const WIDTH: usize = 100;

/// What a draft is made of.
pub(crate) struct Draft<'a> {
    /// The function as its module defines it.
    pub(crate) function: &'a Function,
    /// Its Python source.
    pub(crate) source: &'a str,
    /// Its recorded calls.
    pub(crate) recorded: &'a RecordedFunction,
    /// The Python file, relative to the project's root, with `/`.
    pub(crate) file: &'a str,
    /// The attribute of the extension module that holds the Python module's ports.
    pub(crate) group: &'a str,
}

/// A parameter with the names and types it has on the Rust side.
struct Plan<'a> {
    parameter: &'a Parameter,
    name: String,
    kind: RustType,
    /// Where a default that is no literal of the right type is read: a static of the entry.
    twin_default: Option<TwinDefault>,
}

/// A default that only the twin has.
struct TwinDefault {
    /// The static's name.
    name: String,
    /// The expression that makes the static, from the name of the twin's.
    place: Place,
}

/// Where the Python function keeps it.
enum Place {
    Positional(usize),
    Keyword,
}

impl Draft<'_> {
    /// The function's text, header included, ending in a newline.
    pub(crate) fn text(&self) -> String {
        let body = self.body();
        let header = Header {
            name: self.recorded.name.clone(),
            file: self.file.to_owned(),
            python: digest(self.source),
            draft: super::source::draft_digest(&body),
        };
        format!("{header}\n{body}")
    }

    fn body(&self) -> String {
        let plans: Vec<_> = self
            .function
            .parameters
            .iter()
            .enumerate()
            .map(|(index, parameter)| self.plan(index, parameter))
            .collect();
        let result = ResultType::of(&self.recorded.results);
        let python = self.fresh("py");
        let mut text = String::from("//\n");
        for line in self.source.lines() {
            _ = writeln!(text, "{}", format!("//     {line}").trim_end());
        }
        text.push_str("//\n");
        self.write_recorded(&mut text);
        self.write_entry(&mut text, &plans, result, &python);
        text.push('\n');
        self.write_half(&mut text, &plans, result, &python);
        text
    }

    fn plan<'a>(&self, index: usize, parameter: &'a Parameter) -> Plan<'a> {
        let seen: &[ObservedType] = self
            .recorded
            .parameters
            .get(&parameter.name)
            .map_or(&[], Vec::as_slice);
        Plan {
            parameter,
            name: identifier(&parameter.name),
            twin_default: self.twin_default(index, parameter, seen),
            kind: RustType::of(parameter, seen),
        }
    }

    fn twin_default(
        &self,
        index: usize,
        parameter: &Parameter,
        seen: &[ObservedType],
    ) -> Option<TwinDefault> {
        let default = parameter.default.as_ref()?;
        if RustType::of(parameter, seen).default(default).is_some() {
            return None;
        }
        let before = &self.function.parameters[..index];
        let place = if parameter.kind == Kind::KeywordOnly {
            Place::Keyword
        } else {
            let with_default = before.iter().filter(|other| other.default.is_some());
            Place::Positional(with_default.count())
        };
        // Two parameters may differ in case alone, and one may be called as the static would be.
        let upper = |parameter: &Parameter| parameter.name.to_uppercase();
        let twice = before.iter().any(|other| upper(other) == upper(parameter));
        let number = if twice {
            index.to_string()
        } else {
            String::new()
        };
        Some(TwinDefault {
            name: self.fresh(&format!("{}{number}_DEFAULT", upper(parameter))),
            place,
        })
    }

    /// A name that no parameter has.
    fn fresh(&self, name: &str) -> String {
        let mut name = name.to_owned();
        while self
            .function
            .parameters
            .iter()
            .any(|parameter| parameter.name == name)
        {
            name.push('_');
        }
        name
    }

    /// The name of the function that people write.
    fn half_name(&self) -> String {
        self.fresh(&format!("{}_in_rust", self.function.qualname))
    }

    fn write_recorded(&self, text: &mut String) {
        let recorded = self.recorded;
        _ = writeln!(
            text,
            "// Recorded: {} kept of {} calls.",
            recorded.recorded, recorded.calls
        );
        for parameter in &self.function.parameters {
            let seen = recorded
                .parameters
                .get(&parameter.name)
                .map_or(&[][..], Vec::as_slice);
            _ = writeln!(text, "//     {}: {}", parameter.name, words(seen));
        }
        _ = writeln!(text, "//     result: {}", words(&recorded.results));
    }

    /// The function that Python calls.
    fn write_entry(&self, text: &mut String, plans: &[Plan<'_>], result: ResultType, python: &str) {
        for line in self
            .function
            .docstring
            .iter()
            .filter(|doc| !doc.contains('\0'))
            .flat_map(|doc| doc.split('\n'))
        {
            _ = writeln!(
                text,
                "{}",
                format!("/// {}", line.replace('\r', "")).trim_end()
            );
        }
        let name = &self.function.qualname;
        let (signature, words) = signatures(plans, &self.recorded.defaults);
        _ = writeln!(text, "#[pyfunction]");
        let mut options = vec![format!("signature = ({signature})")];
        if signature != words {
            options.push(format!("text_signature = {:?}", format!("({words})")));
        }
        let rust_name = function_identifier(name);
        if rust_name.trim_start_matches("r#") != name {
            options.insert(0, format!("name = {name:?}"));
        }
        let short = format!("#[pyo3({})]", options.join(", "));
        _ = if short.len() <= WIDTH {
            writeln!(text, "{short}")
        } else {
            writeln!(text, "#[pyo3(\n    {}\n)]", options.join(",\n    "))
        };
        let parameters = plans
            .iter()
            .map(|plan| format!("{}: {}", plan.name, plan.entry_type()));
        let output = "PyResult<Bound<'py, PyAny>>";
        write_head(
            text,
            &format!("pub(crate) fn {rust_name}"),
            python,
            parameters,
            output,
        );
        let twin = self.fresh("TWIN");
        _ = writeln!(
            text,
            "    static {twin}: Twin = Twin::new({:?}, {name:?});",
            self.group
        );
        for plan in plans {
            if let Some(TwinDefault { name, place }) = &plan.twin_default {
                let place = match place {
                    Place::Positional(index) => format!("positional(&{twin}, {index})"),
                    Place::Keyword => format!("keyword(&{twin}, {:?})", plan.parameter.name),
                };
                _ = writeln!(
                    text,
                    "    static {name}: TwinDefault = TwinDefault::{place};"
                );
            }
        }
        _ = writeln!(
            text,
            "    // Calls unlike the recorded ones are Python's, and so are those that the Rust declines."
        );
        let guards: Vec<_> = plans.iter().filter_map(|plan| plan.guard(python)).collect();
        let arguments = arguments(plans, python);
        let output = self.fresh("output");
        let call = match result {
            ResultType::Unit => format!("{}({arguments})?.is_some()", self.half_name()),
            _ => format!("let Some({output}) = {}({arguments})?", self.half_name()),
        };
        let conditions = guards
            .iter()
            .chain([&call])
            .map(String::as_str)
            .collect::<Vec<_>>();
        if let [only] = conditions[..] {
            _ = writeln!(text, "    if {only} {{");
        } else {
            _ = writeln!(text, "    if {}\n    {{", conditions.join("\n        && "));
        }
        let output = match result {
            ResultType::Unit => format!("return Ok({python}.None().into_bound({python}));"),
            ResultType::Value(_) => format!("return {output}.into_bound_py_any({python});"),
            ResultType::Any => format!("return Ok({output});"),
        };
        _ = writeln!(text, "        {output}\n    }}");
        self.write_handover(text, plans, python, &twin);
        text.push_str("}\n");
    }

    /// The call of the twin.
    fn write_handover(&self, text: &mut String, plans: &[Plan<'_>], python: &str, twin: &str) {
        let is_plain = |plan: &Plan<'_>| {
            matches!(plan.parameter.kind, Kind::PositionalOnly | Kind::Ordinary)
                && plan.parameter.default.is_none()
        };
        if plans.iter().all(is_plain) {
            let names: Vec<_> = plans.iter().map(|plan| plan.name.as_str()).collect();
            _ = writeln!(text, "    {twin}.call({python}, &[{}])", names.join(", "));
            return;
        }
        let call = self.fresh("call");
        _ = writeln!(text, "    let mut {call} = Call::new({python});");
        for plan in plans {
            let (name, rust, defaults) = (
                &plan.parameter.name,
                &plan.name,
                plan.parameter.default.is_some(),
            );
            _ = match (plan.parameter.kind, defaults) {
                (Kind::PositionalOnly | Kind::Ordinary, false) => {
                    writeln!(text, "    {call}.positional({rust});")
                }
                (Kind::PositionalOnly | Kind::Ordinary, true) => {
                    writeln!(text, "    {call}.argument({name:?}, &{rust})?;")
                }
                (Kind::Rest, _) => writeln!(text, "    {call}.rest({rust});"),
                (Kind::KeywordOnly, false) => {
                    writeln!(text, "    {call}.keyword({name:?}, {rust})?;")
                }
                (Kind::KeywordOnly, true) => {
                    writeln!(text, "    {call}.keyword_argument({name:?}, &{rust})?;")
                }
                (Kind::Keywords, _) => writeln!(text, "    {call}.keywords({rust})?;"),
            };
        }
        _ = writeln!(text, "    {twin}.call_with({call})");
    }

    /// The function that people write.
    fn write_half(&self, text: &mut String, plans: &[Plan<'_>], result: ResultType, python: &str) {
        let parameters = plans
            .iter()
            .map(|plan| format!("{}: {}", plan.name, plan.half_type()));
        let output = format!("PyResult<Option<{}>>", result.rust());
        write_head(
            text,
            &format!("fn {}", self.half_name()),
            python,
            parameters,
            &output,
        );
        _ = writeln!(
            text,
            "    // exuvia: draft. Write the Rust in place of these lines. `Ok(Some(result))` returns, `Err` raises, and\n    \
                 // `Ok(None)` hands the call to Python, which must come before any change that the caller can see."
        );
        let names = arguments(plans, python);
        _ = writeln!(
            text,
            "    let _ = ({names}{});",
            if plans.is_empty() { "," } else { "" }
        );
        _ = writeln!(text, "    Ok(None)\n}}");
    }
}

impl Plan<'_> {
    fn entry_type(&self) -> &'static str {
        match self.parameter.kind {
            Kind::Rest => "&Bound<'py, PyTuple>",
            Kind::Keywords => "Option<&Bound<'py, PyDict>>",
            _ if self.parameter.default.is_some() => "Argument<'py>",
            _ => "&Bound<'py, PyAny>",
        }
    }

    fn half_type(&self) -> String {
        match self.parameter.kind {
            Kind::Rest | Kind::Keywords => self.entry_type().to_owned(),
            _ => self.kind.rust(),
        }
    }

    /// The condition under which the argument is what the Rust half takes.
    fn guard(&self, python: &str) -> Option<String> {
        let (name, reader) = (&self.name, self.kind.reader());
        match (self.parameter.kind, &self.parameter.default) {
            (Kind::Rest | Kind::Keywords, _) => None,
            (_, Some(default)) => Some(match &self.twin_default {
                Some(twin) => format!(
                    "let Some({name}) = {name}.read_or({}.get({python}), {reader})",
                    twin.name
                ),
                None => {
                    let value = self.kind.default(default).unwrap_or_default();
                    format!("let Some({name}) = {name}.read(Some({value}), {reader})")
                }
            }),
            (_, None) if self.kind == RustType::Any => None,
            (_, None) => Some(format!("let Some({name}) = {reader}({name})")),
        }
    }
}

/// A function's head as rustfmt lays it out: on one line where it fits.
fn write_head(
    text: &mut String,
    name: &str,
    python: &str,
    parameters: impl Iterator<Item = String>,
    output: &str,
) {
    let parameters: Vec<_> = std::iter::once(format!("{python}: Python<'py>"))
        .chain(parameters)
        .collect();
    let line = format!("{name}<'py>({}) -> {output} {{", parameters.join(", "));
    _ = if line.len() <= WIDTH {
        writeln!(text, "{line}")
    } else {
        writeln!(
            text,
            "{name}<'py>(\n    {},\n) -> {output} {{",
            parameters.join(",\n    ")
        )
    };
}

fn arguments(plans: &[Plan<'_>], python: &str) -> String {
    let names = std::iter::once(python).chain(plans.iter().map(|plan| plan.name.as_str()));
    names.collect::<Vec<_>>().join(", ")
}

/// The signature for the binding, and the one that Python's `help` shows.
///
/// `defaults` has those that are no literals in the source, and can be written as one.
fn signatures(plans: &[Plan<'_>], defaults: &BTreeMap<String, String>) -> (String, String) {
    let (mut rust, mut python) = (Vec::new(), Vec::new());
    let mut star = false;
    // `inspect.signature` finds the place of `/` in a builtin's text by counting commas, those inside a default too.
    let has_slash = plans
        .iter()
        .any(|plan| plan.parameter.kind == Kind::PositionalOnly);
    let is_counted_right = |literal: &str| !(has_slash && literal.starts_with(['(', '[', '{']));
    for (index, plan) in plans.iter().enumerate() {
        let Parameter {
            name,
            kind,
            default,
            ..
        } = plan.parameter;
        let stars = match kind {
            Kind::Rest => "*",
            Kind::Keywords => "**",
            _ => "",
        };
        if *kind == Kind::KeywordOnly && !star {
            rust.push("*".to_owned());
            python.push("*".to_owned());
        }
        star |= matches!(kind, Kind::Rest | Kind::KeywordOnly);
        let (rust_default, python_default) = match default {
            None => (String::new(), String::new()),
            Some(default) => (
                "=Argument::LeftOut".to_owned(),
                match (default, defaults.get(name)) {
                    (Default::Other(_), Some(literal)) if is_counted_right(literal) => {
                        format!("={literal}")
                    }
                    _ => format!("={}", literal(default)),
                },
            ),
        };
        rust.push(format!("{stars}{}{rust_default}", plan.name));
        python.push(format!("{stars}{name}{python_default}"));
        let next = plans.get(index + 1).map(|next| next.parameter.kind);
        if *kind == Kind::PositionalOnly && next != Some(Kind::PositionalOnly) {
            rust.push("/".to_owned());
            python.push("/".to_owned());
        }
    }
    (rust.join(", "), python.join(", "))
}

/// A default as `inspect.signature` can read it.
fn literal(default: &Default) -> String {
    match default {
        Default::None => "None".to_owned(),
        Default::Bool(true) => "True".to_owned(),
        Default::Bool(false) => "False".to_owned(),
        Default::Int(value) => value.to_string(),
        Default::Float(value) if value.is_finite() => format!("{value:?}"),
        Default::Float(_) | Default::Other(_) => "...".to_owned(),
    }
}
