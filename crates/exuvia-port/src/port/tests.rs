use std::path::Path;

use super::*;
use crate::record::ObservedType;

/// The oldest interpreter that will do; the tests need a real one.
fn interpreter() -> Interpreter {
    Interpreter::find(None)
        .or_else(|_| Interpreter::find(Some(Path::new("/usr/bin/python3"))))
        .expect("CPython ≥ 3.10")
}

fn project(files: &[(&str, &str)]) -> (tempfile::TempDir, Project) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("pyproject.toml"),
        "[project]\nname = 'demo'\n",
    )
    .unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let project = Project::open(folder.path()).unwrap();
    (folder, project)
}

fn seen(name: &str) -> ObservedType {
    ObservedType {
        name: name.to_owned(),
        count: 1,
        items: Vec::new(),
        values: Vec::new(),
        fits_i64: name == "int",
    }
}

fn recorded(
    name: &FunctionName,
    parameters: &[(&str, &[&str])],
    results: &[&str],
) -> RecordedFunction {
    let types = |names: &[&str]| names.iter().map(|name| seen(name)).collect::<Vec<_>>();
    RecordedFunction {
        name: name.clone(),
        calls: 12,
        recorded: 10,
        repeated: 2,
        unpicklable: 0,
        reasons: BTreeMap::new(),
        parameters: parameters
            .iter()
            .map(|(name, seen)| ((*name).to_owned(), types(seen)))
            .collect(),
        defaults: BTreeMap::new(),
        results: types(results),
    }
}

/// `port` with the recording already made.
fn port_recorded(
    project: &Project,
    recorded: Vec<RecordedFunction>,
) -> Result<PortReport, PortError> {
    let names: Vec<_> = recorded
        .iter()
        .map(|recorded| recorded.name.clone())
        .collect();
    let sources = read_sources(project, &interpreter(), &names)?;
    let targets = names
        .iter()
        .map(|name| target(project, &interpreter(), &sources, name))
        .collect::<Result<Vec<_>, _>>()?;
    let krate = open_krate(project, &targets)?;
    draft_and_wire(project, &sources, &targets, krate, recorded)
}

fn tree(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.clone(), fs::read(path).unwrap());
            }
        }
    }
    files
}

fn error(project: &Project, name: &str) -> (String, Option<String>) {
    let before = tree(project.root());
    let error =
        port_recorded(project, vec![recorded(&name.parse().unwrap(), &[], &[])]).unwrap_err();
    assert_eq!(
        tree(project.root()),
        before,
        "a refused port leaves nothing behind"
    );
    (error.to_string(), error.hint())
}

const UTIL: &str = "def add(a, b=1):\n    \"\"\"Adds.\"\"\"\n    return a + b\n\n\ndef every(a, /, b, *c, d, e=None, **f):\n    return a";

#[test]
fn porting_and_removing_leaves_no_trace() {
    let (_folder, project) = project(&[("src/pkg/__init__.py", ""), ("src/pkg/util.py", UTIL)]);
    let before = tree(project.root());
    let add = recorded(
        &"pkg.util:add".parse().unwrap(),
        &[("a", &["int"]), ("b", &["int"])],
        &["int"],
    );
    let every = recorded(
        &"pkg.util:every".parse().unwrap(),
        &[("a", &["list"])],
        &["list"],
    );
    let report = port_recorded(&project, vec![add.clone(), every]).unwrap();
    assert_eq!(report.functions[0].action, Action::Drafted);
    let after = tree(project.root());

    // A second time, nothing changes.
    assert_eq!(
        port_recorded(&project, vec![add]).unwrap().written,
        Vec::<PathBuf>::new()
    );
    assert_eq!(tree(project.root()), after);

    let report = remove(&project, &[], false).unwrap();
    assert!(report.crate_deleted && report.kept.is_empty());
    assert_eq!(tree(project.root()), before);
}

#[test]
fn one_of_two_functions_is_taken_out_alone() {
    let (_folder, project) = project(&[("app.py", UTIL)]);
    let add = recorded(&"app:add".parse().unwrap(), &[("a", &["int"])], &["int"]);
    let every = recorded(&"app:every".parse().unwrap(), &[], &[]);
    port_recorded(&project, vec![add.clone()]).unwrap();
    let one = tree(project.root());
    port_recorded(&project, vec![every]).unwrap();
    let report = remove(&project, &["app:every".parse().unwrap()], false).unwrap();
    assert!(report.others_left && !report.crate_deleted);
    assert_eq!(tree(project.root()), one);
}

#[test]
fn rust_that_people_wrote_is_kept() {
    let (_folder, project) = project(&[("app.py", UTIL)]);
    let add = recorded(&"app:add".parse().unwrap(), &[("a", &["int"])], &["int"]);
    port_recorded(&project, vec![add.clone()]).unwrap();
    let file = project.root().join("rust/src/app.rs");
    let edited = fs::read_to_string(&file)
        .unwrap()
        .replace("    Ok(None)", "    Ok(Some(a + b))");
    fs::write(&file, &edited).unwrap();

    assert_eq!(
        port_recorded(&project, vec![add.clone()])
            .unwrap()
            .functions[0]
            .action,
        Action::Kept
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), edited);

    let report = remove(&project, &[], false).unwrap();
    assert_eq!(report.kept, std::slice::from_ref(&add.name));
    assert_eq!(
        fs::read_to_string(project.root().join("app.py")).unwrap(),
        UTIL
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), edited);

    // Ported again, it is used again.
    assert_eq!(
        port_recorded(&project, vec![add]).unwrap().functions[0].action,
        Action::Kept
    );
    remove(&project, &[], true).unwrap();
    assert!(!project.rust_dir().exists());
}

#[test]
fn a_changed_python_is_noticed() {
    let (_folder, project) = project(&[("app.py", UTIL)]);
    let add = recorded(&"app:add".parse().unwrap(), &[("a", &["int"])], &["int"]);
    port_recorded(&project, vec![add.clone()]).unwrap();
    let state = || {
        crate::status::status(&project, &interpreter())
            .unwrap()
            .functions[0]
            .state
    };
    assert_eq!(state(), crate::status::State::Draft);
    let python = project.root().join("app.py");
    let text = fs::read_to_string(&python).unwrap();
    fs::write(&python, text.replace("a + b", "a - b")).unwrap();
    assert_eq!(state(), crate::status::State::Drifted);
    assert_eq!(
        port_recorded(&project, vec![add]).unwrap().functions[0].action,
        Action::Redrafted
    );
    assert_eq!(state(), crate::status::State::Draft);
}

#[test]
fn a_port_is_built_while_its_sources_are_those_that_were_compiled() {
    let (_folder, project) = project(&[("app.py", UTIL)]);
    let add = recorded(&"app:add".parse().unwrap(), &[("a", &["int"])], &["int"]);
    port_recorded(&project, vec![add]).unwrap();
    let rust = project.root().join("rust/src/app.rs");
    let draft = fs::read_to_string(&rust).unwrap();
    let python = interpreter();
    let state = || crate::status::status(&project, &python).unwrap().functions[0].state;
    let edit = |body: &str| fs::write(&rust, draft.replace("    Ok(None)", body)).unwrap();
    edit("    Ok(Some(a))");
    assert_eq!(state(), crate::status::State::NotBuilt);

    let library = format!("_exuvia{}", python.extension_suffix());
    let record = crate::develop::BuildRecord::file(&project, &library);
    fs::create_dir_all(record.parent().unwrap()).unwrap();
    let content = crate::develop::BuildRecord {
        sources: Krate::open(&project).unwrap().unwrap().sources_digest(),
        library: crate::draft::digest("compiled"),
    };
    fs::write(&record, content.to_text()).unwrap();
    // The module is newer than its record and older than the source: neither says anything.
    let module = project.root().join(&library);
    fs::write(&module, "compiled").unwrap();
    let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1 << 30);
    let set_time = |file: &std::path::Path, time| {
        fs::File::options()
            .write(true)
            .open(file)
            .unwrap()
            .set_modified(time)
            .unwrap();
    };
    set_time(&record, old);
    set_time(&module, old + std::time::Duration::from_secs(1));
    assert_eq!(state(), crate::status::State::Ported);

    // Another tool's build is judged by the clock.
    fs::write(&module, "compiled by maturin").unwrap();
    assert_eq!(state(), crate::status::State::Ported);
    set_time(&module, old);
    assert_eq!(state(), crate::status::State::NotBuilt);
    fs::write(&module, "compiled").unwrap();

    edit("    Ok(Some(b))");
    assert_eq!(state(), crate::status::State::NotBuilt);
    edit("    Ok(Some(a))");
    assert_eq!(state(), crate::status::State::Ported);
}

#[test]
fn each_bad_name_ends_in_one_message() {
    let source = "import os\nfrom os.path import join\nf = lambda: 1\ndef ok(): pass\ndef gen():\n    yield\nclass C:\n    def m(self): pass\n";
    let (_folder, project) = project(&[("app.py", source), ("bad.py", "def f(:\n")]);
    assert_eq!(
        error(&project, "app:nope").0,
        "no function app:nope: app.py defines none by that name"
    );
    assert_eq!(
        error(&project, "app:nope").1.unwrap(),
        "functions of this module that can move: ok"
    );
    let (said, hint) = error(&project, "app:f");
    assert_eq!(
        said,
        "cannot port app:f: line 3 of app.py makes it a lambda, which has no `def`"
    );
    assert!(hint.unwrap().starts_with("write it as a `def`"));
    assert!(
        error(&project, "app:join")
            .0
            .starts_with("cannot port app:join: line 2 of app.py imports it from os.path")
    );
    assert_eq!(
        error(&project, "app:C").0,
        "cannot port app:C: line 7 of app.py makes it a class, and only functions can move"
    );
    assert_eq!(
        error(&project, "app:os").0,
        "cannot port app:os: line 1 of app.py makes it a module"
    );
    assert_eq!(
        error(&project, "app:gen").0,
        "cannot port app:gen: it is a generator (app.py, line 6)"
    );
    assert!(error(&project, "app:C.m").0.contains("it is a method"));
    assert!(
        error(&project, "bad:f")
            .0
            .starts_with("cannot read bad.py: line 1: ")
    );
    assert_eq!(
        error(&project, "missing:f").0,
        "no module missing: there is none by that name"
    );
    assert_eq!(
        error(&project, "math:sqrt").0.split(": ").next().unwrap(),
        "math has no Python source"
    );
    assert!(
        error(&project, "textwrap:dedent")
            .0
            .starts_with("textwrap does not belong to this project: it is ")
    );
}

#[test]
fn a_default_that_is_no_literal_is_the_twins_own_object() {
    let source = "A = b'ab'\ndef f(a, b=1, alphabet=A, *, TWIN=A, Alphabet=A): pass\ndef exact(exact, both=(1, 2), /, py=A): pass\n";
    let (_folder, project) = project(&[("app.py", source)]);
    let bytes: (&str, &[&str]) = ("alphabet", &["bytes"]);
    let mut f = recorded(
        &"app:f".parse().unwrap(),
        &[("b", &["int"]), bytes],
        &["int"],
    );
    f.defaults = [
        ("alphabet", "b'ab'"),
        ("TWIN", "b'ab'"),
        ("Alphabet", "b'ab'"),
    ]
    .map(|(name, text)| (name.to_owned(), text.to_owned()))
    .into();
    let mut exact = recorded(&"app:exact".parse().unwrap(), &[], &[]);
    exact.defaults = [("both".to_owned(), "(1, 2)".to_owned())].into();
    port_recorded(&project, vec![f, exact]).unwrap();
    let text = fs::read_to_string(project.root().join("rust/src/app.rs")).unwrap();
    for line in [
        r#"text_signature = "(a, b=1, alphabet=b'ab', *, TWIN=b'ab', Alphabet=b'ab')""#,
        r#"static TWIN_: Twin = Twin::new("app", "f");"#,
        "static ALPHABET_DEFAULT: TwinDefault = TwinDefault::positional(&TWIN_, 1);",
        r#"static TWIN_DEFAULT: TwinDefault = TwinDefault::keyword(&TWIN_, "TWIN");"#,
        r#"static ALPHABET4_DEFAULT: TwinDefault = TwinDefault::keyword(&TWIN_, "Alphabet");"#,
        "let Some(b) = b.read(Some(1), exact::int)",
        "let Some(alphabet) = alphabet.read_or(ALPHABET_DEFAULT.get(py), exact::bytes)",
        // A function may not be called as what its file imports, and `inspect` counts the comma of a default before `/`.
        r#"name = "exact","#,
        r#"text_signature = "(exact, both=..., /, py=...)""#,
        "pub(crate) fn exact_<'py>(",
        "static BOTH_DEFAULT: TwinDefault = TwinDefault::positional(&TWIN, 0);",
        "py_: Python<'py>",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let lib = fs::read_to_string(project.root().join("rust/src/lib.rs")).unwrap();
    assert!(
        lib.contains("wrap_pyfunction!(app::exact_, &group)"),
        "{lib}"
    );
}

#[test]
fn a_name_that_is_bound_elsewhere_is_followed() {
    let (_folder, project) = project(&[
        ("pkg/__init__.py", ""),
        (
            "pkg/one.py",
            "from math import sqrt\nfrom .two import real as other\nfrom functools import partial\nf = partial(sqrt,\n    2)\nexec('def made(): pass')\n",
        ),
        ("pkg/two.py", "def real(): pass\n"),
    ]);
    let (said, hint) = error(&project, "pkg.one:sqrt");
    assert!(
        said.starts_with("cannot port pkg.one:sqrt: line 1 of pkg/one.py imports it from math, which is no Python: it is "),
        "{said}"
    );
    assert_eq!(
        hint.unwrap(),
        "only functions written in Python can move to Rust"
    );
    let (said, hint) = error(&project, "pkg.one:other");
    assert!(
        said.ends_with("line 2 of pkg/one.py imports it from pkg.two, which defines it"),
        "{said}"
    );
    assert_eq!(
        hint.unwrap(),
        "port it where it is defined: exuvia port pkg.two:real -- COMMAND"
    );
    let (said, _) = error(&project, "pkg.one:f");
    assert!(
        said.ends_with(
            "line 4 of pkg/one.py makes it what `partial(sqrt,…` gives, whose source is not here"
        ),
        "{said}"
    );
    let (said, _) = error(&project, "pkg.one:made");
    assert_eq!(
        said,
        "no function pkg.one:made: pkg/one.py defines none by that name; one that is made on line 6 while the module runs has no source to move"
    );
}

#[test]
fn functions_of_two_packages_are_refused_by_both_their_names() {
    let (_folder, project) = project(&[
        ("a/__init__.py", UTIL),
        ("b/__init__.py", UTIL),
        ("c.py", UTIL),
    ]);
    let names = |names: [&str; 2]| {
        let recorded = names.map(|name| recorded(&name.parse().unwrap(), &[], &[]));
        port_recorded(&project, recorded.to_vec())
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        names(["a:add", "b:add"]),
        "cannot port a:add and b:add together: one is in the package a, the other in the package b, and rust/ holds one crate for one package"
    );
    assert!(names(["a:add", "c:add"]).contains("the other in a module that stands by itself"));
}

#[test]
fn the_last_removal_takes_the_compiled_module_along_and_the_next_says_what_is_left() {
    let (_folder, project) = project(&[("app.py", UTIL)]);
    let add: FunctionName = "app:add".parse().unwrap();
    port_recorded(&project, vec![recorded(&add, &[("a", &["int"])], &["int"])]).unwrap();
    let file = project.root().join("rust/src/app.rs");
    let edited = fs::read_to_string(&file)
        .unwrap()
        .replace("    Ok(None)", "    Ok(Some(a + b))");
    fs::write(&file, &edited).unwrap();
    let library = project
        .root()
        .join("_exuvia.cpython-311-x86_64-linux-gnu.so");
    fs::write(&library, "").unwrap();
    fs::create_dir_all(project.data_dir().join("recordings")).unwrap();

    let report = remove(&project, &[], false).unwrap();
    assert_eq!(
        (report.removed, report.kept),
        (vec![add.clone()], vec![add.clone()])
    );
    assert!(!library.exists() && !project.data_dir().exists() && file.exists());

    let report = remove(&project, &[], false).unwrap();
    assert_eq!((report.removed, report.kept), (vec![], vec![add.clone()]));
    let report = remove(&project, &[], true).unwrap();
    assert_eq!((report.removed, report.crate_deleted), (vec![add], true));
}

#[test]
fn what_drifted_stays_so_until_it_is_accepted() {
    let (_folder, project) = project(&[("app.py", UTIL)]);
    let add: FunctionName = "app:add".parse().unwrap();
    let port = || {
        let recorded = recorded(&add, &[("a", &["int"])], &["int"]);
        port_recorded(&project, vec![recorded]).unwrap().functions[0].action
    };
    let state = || {
        crate::status::status(&project, &interpreter())
            .unwrap()
            .functions[0]
            .state
    };
    port();
    let file = project.root().join("rust/src/app.rs");
    let edited = fs::read_to_string(&file)
        .unwrap()
        .replace("    Ok(None)", "    Ok(Some(a + b))");
    fs::write(&file, edited).unwrap();
    let python = project.root().join("app.py");
    let text = fs::read_to_string(&python).unwrap();
    fs::write(&python, text.replace("a + b", "b + a")).unwrap();
    assert_eq!(state(), crate::status::State::Drifted);
    assert!(crate::ported::ported_functions(&project, &[]).unwrap()[0].drifted);
    // Recording it again says nothing about the Rust.
    assert_eq!(port(), Action::KeptForChangedPython);
    assert_eq!(state(), crate::status::State::Drifted);

    let error = accept(&project, &["app:every".parse().unwrap()]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot accept app:every: it is not ported"
    );
    let sources = || Krate::open(&project).unwrap().unwrap().sources_digest();
    let before = sources();
    assert_eq!(accept(&project, &[]).unwrap(), std::slice::from_ref(&add));
    assert_eq!(
        sources(),
        before,
        "the compiled module is as good as before"
    );
    assert_eq!(state(), crate::status::State::NotBuilt);
    assert_eq!(accept(&project, &[]).unwrap(), []);
}

#[test]
fn a_crate_of_ones_own_in_rust_is_left_alone() {
    let (_folder, project) = project(&[
        ("app.py", UTIL),
        ("rust/Cargo.toml", "[package]\nname = 'mine'\n"),
    ]);
    assert!(
        error(&project, "app:add")
            .0
            .ends_with("its pyproject.toml names no module `_exuvia`")
    );
}
