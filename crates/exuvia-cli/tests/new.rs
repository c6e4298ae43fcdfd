//! `exuvia new`, and that what it writes builds, passes its own tests and makes a wheel at once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Runs the command in a folder, and puts status, standard output and standard error together.
fn exuvia(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_exuvia"))
        .args(arguments)
        .current_dir(folder)
        .env("COLUMNS", "100")
        .env_remove("VIRTUAL_ENV")
        .env("CARGO_TARGET_DIR", target())
        .output()
        .unwrap();
    format!("{}status: {}", said(&output), output.status.code().unwrap())
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Where the projects are built: what they depend on, once.
fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("new")
}

/// The guide's page.
const PAGE: &str = include_str!("../../../docs/src/the-c-door.md");

/// The text of the page's only block of a language that begins so.
fn block(language: &str, beginning: &str) -> &'static str {
    let begin = format!("```{language}\n{beginning}");
    let (_, rest) = PAGE.split_once(&begin).expect("the page has such a block");
    assert!(!rest.contains(&begin));
    let begin = PAGE.len() - rest.len() - beginning.len();
    PAGE[begin..].split_once("```").unwrap().0
}

/// A project that was started, and an environment of its own.
struct Started {
    _parent: tempfile::TempDir,
    folder: PathBuf,
    venv: PathBuf,
}

impl Started {
    /// As the last words of `exuvia new` have it.
    fn new(name: &str, kind: &str, packages: &[&str]) -> Self {
        let parent = tempfile::tempdir().unwrap();
        let told = exuvia(parent.path(), &["new", name, "--kind", kind]);
        assert!(told.ends_with("pytest\nstatus: 0"), "{told}");
        assert!(told.contains(&packages.join(" ")), "{told}");
        let folder = parent.path().join(name);
        let started = Self {
            venv: folder.join(".venv"),
            folder,
            _parent: parent,
        };
        started.passes("python3", &["-m", "venv", ".venv"]);
        started.install(packages);
        started
    }

    /// As the guide has it: `demo`, by its commands, typed in one shell.
    fn by_the_guide() -> Self {
        let parent = tempfile::tempdir().unwrap();
        let command = Path::new(env!("CARGO_BIN_EXE_exuvia")).parent().unwrap();
        let path = format!("{}:{}", command.display(), std::env::var("PATH").unwrap());
        let typed = Command::new("bash")
            .args(["-euo", "pipefail", "-c", block("console", "exuvia new ")])
            .current_dir(parent.path())
            .env("PATH", path)
            .env("CARGO_TARGET_DIR", target())
            .env_remove("VIRTUAL_ENV")
            .env_remove("LIBCLANG_PATH")
            .output()
            .unwrap();
        assert!(typed.status.success(), "{}", said(&typed));
        let folder = parent.path().join("demo");
        Self {
            venv: folder.join(".venv"),
            folder,
            _parent: parent,
        }
    }

    fn install(&self, packages: &[&str]) {
        self.python(&[&["-m", "pip", "install", "--quiet"], packages].concat());
    }

    /// What a program of the environment's Python says, which goes well.
    fn python(&self, arguments: &[&str]) -> String {
        let python = self.venv.join("bin/python");
        self.passes(python.to_str().unwrap(), arguments)
    }

    /// What the exuvia command says, told of the environment.
    fn exuvia(&self, command: &str) -> String {
        let python = self.venv.join("bin/python");
        exuvia(
            &self.folder,
            &["--python", python.to_str().unwrap(), command],
        )
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Output {
        Command::new(program)
            .args(arguments)
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", target())
            .env_remove("LIBCLANG_PATH")
            .env_remove("VIRTUAL_ENV")
            .output()
            .unwrap()
    }

    fn passes(&self, program: &str, arguments: &[&str]) -> String {
        let output = self.run(program, arguments);
        let said = said(&output);
        assert!(output.status.success(), "{program} {arguments:?}:\n{said}");
        said
    }

    /// What cargo says of another header.
    fn refuses(&self, old: &str, new: &str) -> String {
        let header = self.folder.join("include/api.h");
        let text = fs::read_to_string(&header).unwrap();
        assert_eq!(text.matches(old).count(), 1, "{old}");
        fs::write(&header, text.replace(old, new)).unwrap();
        let output = self.run(env!("CARGO"), &["build", "--color", "never"]);
        assert!(!output.status.success(), "{}", said(&output));
        fs::write(&header, text).unwrap();
        said(&output)
    }

    /// What the header was made into, by the last build.
    fn declarations(&self) -> PathBuf {
        let build = target().join("debug/build");
        let folders = fs::read_dir(build).unwrap().map(|entry| entry.unwrap());
        let files = folders.map(|folder| folder.path().join("out/api.rs"));
        files
            .filter(|file| file.exists())
            .max_by_key(|file| fs::metadata(file).unwrap().modified().unwrap())
            .unwrap()
    }

    /// Builds the wheel by the command, and returns its name.
    fn wheel(&self) -> String {
        let told = self.exuvia("build");
        assert!(told.starts_with("built     dist/"), "{told}");
        let mut entries = fs::read_dir(self.folder.join("dist")).unwrap();
        let name = entries.next().unwrap().unwrap().file_name();
        assert!(entries.next().is_none());
        name.into_string().unwrap()
    }
}

#[test]
fn a_c_library_works_at_once_and_is_held_to_its_header() {
    let started = Started::by_the_guide();
    started.passes(env!("CARGO"), &["build"]);
    let held = fs::read_to_string(started.declarations()).unwrap();
    let shown = block("text", "const _: ");
    assert!(held.contains(shown.trim_end()), "{shown}\n{held}");
    started.passes(env!("CARGO"), &["fmt", "--check"]);
    started.install(&["mypy"]);
    started.python(&["-m", "mypy"]);
    let wheel = started.wheel();
    assert!(wheel.starts_with("demo-0.1.0-py3-none-"), "{wheel}");
    let listed = started.python(&["-m", "zipfile", "-l", &format!("dist/{wheel}")]);
    for file in ["py.typed", "_native/__init__.pyi", "_native/ffi.py"] {
        assert!(listed.contains(&format!("demo/{file} ")), "{listed}");
    }

    let gcd = "demo_gcd(uint32_t a, uint32_t b)";
    let renamed = started.refuses(gcd, "demo_divisor(uint32_t a, uint32_t b)");
    assert!(
        renamed.contains("cannot find value `demo_divisor`"),
        "{renamed}"
    );
    assert!(
        renamed.contains(
            "demo_gcd(a: u32, b: u32) -> u32` is exported, and include/api.h does not declare it"
        ),
        "{renamed}"
    );
    let changed = started.refuses(gcd, "demo_gcd(uint64_t a, uint32_t b)");
    assert!(
        changed.contains("expected `u64`, found `u32`") || changed.contains("fn(u64, _)"),
        "{changed}"
    );
    assert!(
        changed.contains("// Rust: src/lib.rs, line 13; include/api.h, line 29: uint32_t demo_gcd(uint64_t a, uint32_t b);"),
        "{changed}"
    );
    let removed = started.refuses(gcd, "demo_gcd(uint32_t a)");
    assert!(
        removed.contains("incorrect number of function parameters"),
        "{removed}"
    );
    started.passes(env!("CARGO"), &["build"]);

    // What the library says of Rust that does not compile, the command says.
    let lib = started.folder.join("src/lib.rs");
    let text = fs::read_to_string(&lib).unwrap();
    fs::write(
        &lib,
        text.replace("b: u32) -> u32 {\n    gcd", "b: u32) -> u64 {\n    gcd"),
    )
    .unwrap();
    let told = started.exuvia("build");
    assert!(
        told.contains("error: the project does not compile; no wheel was written"),
        "{told}"
    );
    assert!(told.ends_with("status: 2"), "{told}");
}

#[test]
fn an_extension_works_at_once() {
    let started = Started::new("started-x", "extension", &["maturin", "pytest", "mypy"]);
    let told = started.exuvia("develop");
    assert!(told.starts_with("installed started-x in "), "{told}");
    started.passes(env!("CARGO"), &["fmt", "--check"]);
    started.python(&["-m", "pytest", "-q"]);
    started.python(&["-m", "mypy"]);
    let wheel = started.wheel();
    assert!(wheel.starts_with("started_x-0.1.0-cp3"), "{wheel}");
}

#[test]
fn a_started_project_tells_what_is_next() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(exuvia(folder.path(), &["new", "demo", "--kind", "cffi"]), @r"
    started   demo: a C library whose contract is include/api.h, and a Python package over it
    next:     cd demo
              python3 -m venv .venv && . .venv/bin/activate && pip install maturin pytest mypy cffi libclang
              pytest
    status: 0
    ");
    insta::assert_snapshot!(exuvia(folder.path(), &["new", "demo", "--kind", "extension"]), @r"
    error: cannot start the project `demo`: demo is there and not empty
    hint: take another name, or run it where nothing is called so
    status: 2
    ");
}

#[test]
fn names_that_cannot_be() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(exuvia(folder.path(), &["new", "My.Demo", "--kind", "cffi"]), @r"
    error: invalid value 'My.Demo' for '<NAME>': a project cannot be called `My.Demo`: its name must be lower-case letters, digits, `-` and `_`, begin with a letter, and end with a letter or digit
    hint: this would do: my-demo

    For more information, try '--help'.
    status: 2
    ");
    insta::assert_snapshot!(exuvia(folder.path(), &["new", "json", "--kind", "cffi"]), @r"
    error: invalid value 'json' for '<NAME>': a project cannot be called `json`: Python's standard library has a module `json`, which it would hide
    hint: add a word to it, for example: json-rs

    For more information, try '--help'.
    status: 2
    ");
    insta::assert_snapshot!(exuvia(folder.path(), &["new", "lambda", "--kind", "cffi"]), @r"
    error: invalid value 'lambda' for '<NAME>': a project cannot be called `lambda`: `lambda` is a word of Python, and no module's name
    hint: add a word to it, for example: lambda-rs

    For more information, try '--help'.
    status: 2
    ");
    assert!(fs::read_dir(folder.path()).unwrap().next().is_none());
}

#[test]
fn projects_that_have_no_wheel_to_build() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("pyproject.toml"),
        "[project]\nname = 'demo'\n",
    )
    .unwrap();
    let told = |arguments: &[&str]| {
        let real = folder.path().canonicalize().unwrap();
        exuvia(folder.path(), arguments).replace(real.to_str().unwrap(), "[folder]")
    };
    insta::assert_snapshot!(told(&["build"]), @r#"
    error: cannot build wheels of [folder]: its pyproject.toml does not say that maturin builds it
    hint: say `build-backend = "maturin"` in [build-system]; `exuvia new NAME --kind extension` writes a whole project that does
    status: 2
    "#);
    fs::create_dir(folder.path().join("rust")).unwrap();
    let of_port = "[tool.maturin]\nmodule-name = \"demo._exuvia\"\n";
    fs::write(folder.path().join("rust/pyproject.toml"), of_port).unwrap();
    insta::assert_snapshot!(told(&["build"]), @r"
    error: cannot build wheels of [folder]: its Rust is in rust/, which `exuvia port` wrote and which is no part of the project's own wheel
    hint: `exuvia develop` builds the ports into an environment, `exuvia pack` takes them along from there; wheels of projects with ports are not built yet
    status: 2
    ");
}
