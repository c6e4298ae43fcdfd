//! Packed applications do what the same applications do under Python.
//!
//! Each Python of this machine packs a small real application, which then runs without an environment, without Python on
//! `PATH`, in a folder that cannot be written to; what it prints and how it ends is compared with a run of that Python.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use exuvia_pack::{Application, Error, Libpython, Request, pack};
use namespaces::in_mount_namespace;
use pythons::pythons;

mod namespaces;
mod pythons;

fn run(command: &mut Command) -> Output {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// A virtual environment with the demonstration application in it, and a folder to work in.
struct Environment {
    folder: tempfile::TempDir,
    python: PathBuf,
}

impl Environment {
    /// Makes an environment and installs the application, its package left in a project's folder as an editable install does.
    fn new(python: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let venv = folder.path().join("venv");
        run(Command::new(python)
            .args(["-m", "venv", "--without-pip"])
            .arg(&venv));
        let environment = Self {
            python: venv.join("bin/python"),
            folder,
        };
        let site = environment.ask("import sysconfig; print(sysconfig.get_path('purelib'))");
        let include = environment.ask("import sysconfig; print(sysconfig.get_path('include'))");
        let suffix =
            environment.ask("import sysconfig; print(sysconfig.get_config_var('EXT_SUFFIX'))");
        let project = environment.path("project");
        let package = project.join("demo");
        copy_tree(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/demo"),
            &package,
        );

        let library = package.join("libanswer.so.1");
        run(Command::new("cc")
            .args(["-shared", "-fPIC", "-Wl,-soname,libanswer.so.1", "-o"])
            .arg(&library)
            .arg(package.join("library.c")));
        run(Command::new("cc")
            .args([
                "-shared",
                "-fPIC",
                "-Wl,-rpath,$ORIGIN",
                "-I",
                &include,
                "-o",
            ])
            .arg(package.join(format!("_answer{suffix}")))
            .arg(package.join("answer.c"))
            .arg(&library));
        // A build for another Python lies beside it, as after `develop` on two versions.
        std::fs::write(
            package.join("_answer.cpython-39-x86_64-linux-gnu.so"),
            "for another Python",
        )
        .unwrap();

        let info = Path::new(&site).join("exuvia_demo-1.5.dist-info");
        std::fs::create_dir(&info).unwrap();
        let write = |name: &str, text: &str| std::fs::write(info.join(name), text).unwrap();
        write(
            "METADATA",
            "Metadata-Version: 2.1\nName: exuvia-demo\nVersion: 1.5\nSummary: An application to be packed\n",
        );
        write(
            "entry_points.txt",
            "[console_scripts]\ndemo = demo.cli:main\n\n[exuvia.demo]\nsquare = demo.cli:square\n",
        );
        write(
            "RECORD",
            "exuvia_demo.pth,,\nexuvia_demo-1.5.dist-info/METADATA,,\nexuvia_demo-1.5.dist-info/entry_points.txt,,\nexuvia_demo-1.5.dist-info/RECORD,,\n",
        );
        std::fs::write(
            Path::new(&site).join("exuvia_demo.pth"),
            format!("{}\n", project.display()),
        )
        .unwrap();
        let script = "import sys\nfrom demo.cli import main\nif __name__ == '__main__':\n    sys.exit(main())\n";
        std::fs::write(environment.path("demo-script"), script).unwrap();
        environment
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn ask(&self, program: &str) -> String {
        String::from_utf8(run(Command::new(&self.python).args(["-I", "-c", program])).stdout)
            .unwrap()
            .trim()
            .to_owned()
    }

    fn request(&self, application: Application, output: &str) -> Request {
        Request {
            output: Some(self.path(output)),
            ..Request::new(application, self.python.clone())
        }
    }

    fn pack(&self, application: Application, output: &str, libpython: Libpython) -> PathBuf {
        let request = Request {
            libpython,
            ..self.request(application, output)
        };
        let packed = pack(&request, &mut |_| {}).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(packed.notes, Vec::<String>::new());
        packed.path
    }

    /// Runs a packed file where there is nothing but the kernel, glibc and `/tmp`.
    fn run_packed(&self, program: &Path, arguments: &[&str], input: &str) -> Output {
        let folder = self.path("read-only");
        if !folder.exists() {
            std::fs::create_dir(&folder).unwrap();
            std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o555)).unwrap();
        }
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_clear()
            .env("TMPDIR", self.scratch())
            .current_dir(folder);
        with_input(command, input)
    }

    fn run_python(&self, arguments: &[&str], input: &str) -> Output {
        let mut command = Command::new(&self.python);
        command
            .args(arguments)
            .env_clear()
            .env("TMPDIR", self.scratch())
            .current_dir(self.folder.path());
        with_input(command, input)
    }

    /// Where packed files may put what is needed on disk.
    fn scratch(&self) -> PathBuf {
        let scratch = self.path("scratch");
        std::fs::create_dir_all(&scratch).unwrap();
        scratch
    }
}

fn copy_tree(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_tree(&entry.path(), &target)
        } else {
            std::fs::copy(entry.path(), target).map(|_| ()).unwrap()
        }
    }
}

fn with_input(mut command: Command, input: &str) -> Output {
    use std::io::Write;
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = loop {
        match command.spawn() {
            // Another test's thread forked while this file was being written, and its child has not come to `exec`,
            // which closes what it inherited.
            Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            child => break child.unwrap(),
        }
    };
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

/// What a run showed: status, signal, standard output.
fn shown(output: &Output) -> (Option<i32>, Option<i32>, String) {
    (
        output.status.code(),
        output.status.signal(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
    )
}

/// The words of the demonstration application, with arguments and input.
const WORDS: &[(&[&str], &str)] = &[
    (&["metadata"], ""),
    (&["data"], ""),
    (&["modules"], ""),
    (&["standard_library"], ""),
    (&["arguments", "plain", "ünïcödé", "-c", "--help", ""], ""),
    (&["pipe"], "one\nzwei\n"),
    (&["exit_code", "0"], ""),
    (&["exit_code", "7"], ""),
    (&["exit_code", "some words"], ""),
    (&["interrupt"], ""),
    (&["thread"], ""),
    (&["processes"], ""),
    (&["beside"], ""),
    (&["files"], ""),
    (&["order"], ""),
    (&["children"], ""),
    (&["restart", "a", "--b"], ""),
    (&["pools"], ""),
    (&["abort"], ""),
];

fn behaves_as_under_python(environment: &Environment, program: &Path, version: &str) {
    for (arguments, input) in WORDS {
        let packed = environment.run_packed(program, arguments, input);
        let script = environment.path("demo-script");
        let python =
            environment.run_python(&[&[script.to_str().unwrap()], *arguments].concat(), input);
        let words = String::from_utf8_lossy(&packed.stderr);
        assert_eq!(
            shown(&packed),
            shown(&python),
            "{version} {arguments:?}: {words}"
        );
        let left: Vec<_> = std::fs::read_dir(environment.scratch()).unwrap().collect();
        assert!(
            left.is_empty(),
            "{version} {arguments:?}: nothing asked for a file by its path: {left:?}"
        );
    }

    // The traceback has the source lines of both frames.
    let failed = environment.run_packed(program, &["fail"], "");
    let words = String::from_utf8_lossy(&failed.stderr);
    assert_eq!(failed.status.code(), Some(1));
    for line in [
        "Traceback (most recent call last):",
        "    return 1 / value",
        "raise RuntimeError(\"it went wrong\") from error  # marked line",
        "RuntimeError: it went wrong",
    ] {
        assert!(
            words.contains(line),
            "{version}: {line:?} is not in {words}"
        );
    }

    // A directory that is opened, or entered, is there on disk, and nothing of what is in it.
    let on_disk = || -> Vec<_> {
        run(Command::new("find")
            .arg(environment.scratch())
            .args(["-type", "f"]))
        .stdout
    };
    let script = environment.path("demo-script");
    let under_python = |word| shown(&environment.run_python(&[script.to_str().unwrap(), word], ""));
    let packed = environment.run_packed(program, &["descriptors"], "");
    let words = String::from_utf8_lossy(&packed.stderr);
    assert_eq!(
        shown(&packed),
        under_python("descriptors"),
        "{version}: {words}"
    );
    assert_eq!(String::from_utf8(on_disk()).unwrap(), "", "{version}");

    // What another program is given by its path is on disk, whichever of two processes comes first.
    let python = under_python("programs");
    assert!(python.2.contains(r"b'gr\xc3\xbc\xc3\x9fe\n'"), "{python:?}");
    let runs: Vec<_> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..2)
            .map(|_| scope.spawn(|| environment.run_packed(program, &["programs"], "")))
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    for packed in runs {
        let words = String::from_utf8_lossy(&packed.stderr);
        assert_eq!(shown(&packed), python, "{version}: {words}");
    }
    assert_ne!(on_disk(), b"", "{version}");
}

#[test]
fn an_installed_command_behaves_as_under_python() {
    for (version, python) in pythons() {
        let environment = Environment::new(&python);
        for (libpython, name) in [
            (Libpython::Static, "demo-static"),
            (Libpython::Shared, "demo-shared"),
        ] {
            let program = environment.pack(Application::Entry("demo".into()), name, libpython);
            behaves_as_under_python(&environment, &program, &format!("{version} {name}"));
            std::fs::remove_dir_all(environment.scratch()).unwrap();
        }
    }
}

/// The newest Python of this machine, for what does not depend on its version.
fn newest() -> Environment {
    Environment::new(&pythons().pop_last().unwrap().1)
}

#[test]
fn scripts_and_modules_take_what_lies_beside_them() {
    let environment = newest();
    let folder = environment.path("work");
    std::fs::create_dir_all(folder.join("parts")).unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write(
        "app.py",
        "import importlib, sys\nimport near\nfrom parts import part\nodd = importlib.import_module('parts.odd-name')\nprint(near.NAME, part.NAME, odd.NAME, __name__, __spec__, sys.argv[1:])\n",
    );
    write("near.py", "NAME = __name__\n");
    write("parts/__init__.py", "");
    write("parts/part.py", "NAME = __name__\n");
    write("parts/odd-name.py", "NAME = __name__\n");
    write("unrelated.py", "this is not Python\n");
    let program = environment.pack(
        Application::Script(folder.join("app.py")),
        "app",
        Libpython::Auto,
    );
    let output = environment.run_packed(&program, &["a"], "");
    assert_eq!(
        shown(&output),
        (
            Some(0),
            None,
            "near parts.part parts.odd-name __main__ None ['a']\n".to_owned()
        ),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );

    let program = environment.pack(
        Application::Module("json.tool".into()),
        "tool",
        Libpython::Auto,
    );
    let output = environment.run_packed(&program, &["--compact"], "{\"a\": [1, 2]}");
    assert_eq!(
        shown(&output).2,
        "{\"a\":[1,2]}\n",
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn a_package_in_the_place_of_another_has_modules_of_its_own() {
    let environment = newest();
    let folder = environment.path("exchanging");
    for name in ["usual", "other"] {
        let package = folder.join(name);
        std::fs::create_dir_all(package.join("inner")).unwrap();
        std::fs::write(package.join("__init__.py"), "").unwrap();
        let source = format!("NAME = '{name}', __name__\n");
        std::fs::write(package.join("part.py"), &source).unwrap();
        std::fs::write(package.join("inner/__init__.py"), &source).unwrap();
    }
    let script = folder.join("app.py");
    std::fs::write(
        &script,
        "import sys\n\
         import other\n\
         import usual.inner\n\
         if sys.argv[1:]:\n    del sys.modules['usual.inner']\n    sys.modules['usual'] = other\n\
         import usual.part, usual.inner\n\
         print(usual.part.NAME, usual.inner.NAME, other.__name__)\n",
    )
    .unwrap();
    let program = environment.pack(
        Application::Script(script.clone()),
        "exchanged",
        Libpython::Auto,
    );
    for arguments in [&[][..], &["exchange"]] {
        let packed = environment.run_packed(&program, arguments, "");
        let python = environment.run_python(&[&[script.to_str().unwrap()], arguments].concat(), "");
        assert_eq!(shown(&packed), shown(&python));
        let first = if arguments.is_empty() {
            "usual"
        } else {
            "other"
        };
        assert!(
            shown(&packed)
                .2
                .starts_with(&format!("('{first}', 'usual.part')"))
        );
    }
}

#[test]
fn extension_modules_load_from_disk_where_memory_is_refused() {
    let environment = newest();
    let program = environment.pack(Application::Entry("demo".into()), "demo", Libpython::Auto);
    let expected = environment.run_packed(&program, &["standard_library"], "");
    assert_eq!(
        expected.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&expected.stderr)
    );
    for word in ["standard_library", "modules"] {
        let mut command = Command::new(&program);
        command
            .arg(word)
            .env_clear()
            .env("EXUVIA_NO_MEMFD", "1")
            .env("TMPDIR", environment.scratch());
        let output = with_input(command, "");
        assert_eq!(
            output.status.code(),
            Some(0),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    assert_ne!(std::fs::read_dir(environment.scratch()).unwrap().count(), 0);
}

#[test]
fn a_program_that_starts_its_interpreter_does_not_start_itself() {
    let environment = newest();
    let folder = environment.path("spawning");
    std::fs::create_dir_all(&folder).unwrap();
    let script = folder.join("spawning.py");
    // Without the usual guard, the child comes here again, and is told by multiprocessing to end.
    std::fs::write(
        &script,
        "import multiprocessing\n\
         print('started', flush=True)\n\
         process = multiprocessing.get_context('spawn').Process(target=print, args=('child',))\n\
         process.start()\n\
         process.join(60)\n\
         print('ended', process.exitcode)\n",
    )
    .unwrap();
    let program = environment.pack(
        Application::Script(script.clone()),
        "spawned",
        Libpython::Auto,
    );
    let packed = environment.run_packed(&program, &[], "");
    let python = environment.run_python(&[script.to_str().unwrap()], "");
    assert_eq!(shown(&packed), shown(&python));
    assert_eq!(shown(&packed).2, "started\nstarted\nended 1\n");
}

#[test]
fn what_cannot_be_packed_is_refused_and_leaves_nothing() {
    let environment = newest();
    let before = std::fs::read_dir(environment.folder.path())
        .unwrap()
        .count();
    let refused = |request: Request| {
        pack(&request, &mut |_| {})
            .err()
            .map(|error| (error.to_string(), error.hint().unwrap_or_default()))
    };
    let request = |application| environment.request(application, "out");

    let (message, hint) = refused(request(Application::Entry("dem".into()))).unwrap();
    assert!(
        message.contains("no installed distribution has the command 'dem'")
            && hint.contains("did you mean demo"),
        "{message}: {hint}"
    );
    let (message, _) = refused(request(Application::Module("no_such_module".into()))).unwrap();
    assert!(
        message.contains("no module named 'no_such_module'"),
        "{message}"
    );
    let (message, _) = refused(request(Application::Script(environment.path("none.py")))).unwrap();
    assert!(message.contains("none.py"), "{message}");
    let wrong = environment
        .path("demo-script")
        .with_file_name("project")
        .join("wrong.py");
    std::fs::write(&wrong, "def f(:\n").unwrap();
    let (message, _) = refused(request(Application::Script(wrong))).unwrap();
    assert!(
        message.contains("wrong.py is no Python program"),
        "{message}"
    );
    let unreachable = Request {
        output: Some(environment.path("demo-script/out")),
        ..request(Application::Entry("demo".into()))
    };
    let (message, hint) = refused(unreachable).unwrap();
    assert!(
        message.contains("demo-script/out") && hint.contains("-o"),
        "{message}: {hint}"
    );
    let python = Request {
        python: PathBuf::from("/bin/false"),
        ..request(Application::Entry("demo".into()))
    };
    assert!(matches!(
        pack(&python, &mut |_| {}),
        Err(Error::Interpreter { .. })
    ));
    assert_eq!(
        std::fs::read_dir(environment.folder.path())
            .unwrap()
            .count(),
        before
    );
}

/// Tells whose certificates a context trusts that is made without naming any.
const CERTIFICATES: &str = r#"
import ssl

trusted = ssl.create_default_context().get_ca_certs()
print(sorted(dict(each[0] for each in authority["subject"])["commonName"] for authority in trusted), ssl.get_default_verify_paths().cafile)
"#;

#[test]
fn certificates_are_those_of_the_machine_that_it_runs_on() {
    let environment = newest();
    let script = environment.path("certificates.py");
    std::fs::write(&script, CERTIFICATES).unwrap();
    let program = environment.pack(Application::Script(script), "certificates", Libpython::Auto);
    let authority = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/authority.pem");
    std::fs::copy(authority, environment.scratch().join("authority.pem")).unwrap();
    // A machine of another family of distributions has nothing where this one has its certificates.
    let script = r#"
        mount -t tmpfs none /etc || exit 99
        TMPDIR="$2" "$1"
        mkdir -p /etc/pki/tls/certs
        cp "$2/authority.pem" /etc/pki/tls/certs/ca-bundle.crt
        TMPDIR="$2" "$1"
        TMPDIR="$2" SSL_CERT_FILE="$2/authority.pem" "$1"
        TMPDIR="$2" SSL_CERT_FILE=/nowhere "$1"
    "#;
    let Some(output) = in_mount_namespace(script, &program, &environment.scratch()) else {
        return;
    };
    let named = environment.scratch().join("authority.pem");
    let expected = format!(
        "[] None\n['Exuvia test authority'] /etc/pki/tls/certs/ca-bundle.crt\n['Exuvia test authority'] {}\n[] None\n",
        named.display()
    );
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        expected,
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
