//! `exuvia pack` with Pythons of every kind, and what it tells of its choice.
//!
//! No archive of python-build-standalone is at hand here: the tests make one in its layout, as its documentation describes that, from a Python of this
//! machine.

#[path = "../../exuvia-pack/tests/pythons/mod.rs"]
mod pythons;

use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

fn run(command: &mut Command) -> String {
    let output = loop {
        match command.output() {
            // Another test's thread forked while the program was being written, and its child has not come to `exec`.
            Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            output => break output.unwrap_or_else(|error| panic!("{command:?}: {error}")),
        }
    };
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {words}");
    String::from_utf8(output.stdout).unwrap()
}

/// The command, with a cache folder of its own.
fn exuvia(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_exuvia"));
    command
        .current_dir(folder)
        .env("XDG_CACHE_HOME", folder.join("cache"))
        .env("COLUMNS", "100")
        .env_remove("VIRTUAL_ENV");
    command
}

/// What the command says where it fails, with the folder's name taken out.
fn refusal(folder: &Path, python: &str) -> String {
    let output: Output = exuvia(folder)
        .args(["--python", python, "pack", "app.py"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert!(!folder.join("app").exists());
    let text =
        String::from_utf8_lossy(&output.stderr).replace(folder.to_str().unwrap(), "[folder]");
    text.trim_end().to_owned()
}

/// A Python of this machine that can be packed, the oldest: its minor version, its program, its prefix.
fn python() -> (String, PathBuf, PathBuf) {
    let (version, executable) = pythons::pythons().pop_first().unwrap();
    let prefix =
        run(Command::new(&executable).args(["-I", "-c", "import sys; print(sys.base_prefix)"]));
    (version, executable, prefix.trim().into())
}

/// Copies a folder, but for what is left out.
fn copy_tree(from: &Path, to: &Path, left_out: &[&str]) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if left_out.iter().any(|each| name.to_str() == Some(each)) {
            continue;
        }
        let target = to.join(&name);
        if entry.path().is_dir() {
            copy_tree(&entry.path(), &target, left_out);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A Python of this machine in another place, and what is installed for it: as an archive holds it.
struct Tree {
    folder: tempfile::TempDir,
    version: String,
}

impl Tree {
    /// Puts a Python below `python/install`, and describes it in `python/PYTHON.json`.
    fn new() -> Self {
        let (version, executable, prefix) = python();
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("python");
        let install = root.join("install");
        let name = format!("python{version}");
        let stdlib = format!("lib/{name}");
        let left_out = [
            "test",
            "tests",
            "site-packages",
            "idlelib",
            "lib2to3",
            "ensurepip",
            "tkinter",
            "__pycache__",
        ];
        copy_tree(&prefix.join(&stdlib), &install.join(&stdlib), &left_out);
        fs::create_dir(install.join("bin")).unwrap();
        fs::copy(
            executable.canonicalize().unwrap(),
            install.join("bin").join(&name),
        )
        .unwrap();
        symlink(&name, install.join("bin/python3")).unwrap();
        let shared = format!("lib/libpython{version}.so.1.0");
        if prefix.join(&shared).is_file() {
            fs::copy(prefix.join(&shared), install.join(&shared)).unwrap();
        }

        // A library that is built in for an extension module.
        let build = root.join("build/lib");
        fs::create_dir_all(&build).unwrap();
        fs::write(
            folder.path().join("marker.c"),
            "int exuvia_test_marker = 7;\n",
        )
        .unwrap();
        let object = root.join("build/marker.o");
        run(Command::new("cc")
            .args(["-c", "-fPIC", "-o"])
            .arg(&object)
            .arg(folder.path().join("marker.c")));
        run(Command::new("ar")
            .arg("rcs")
            .arg(build.join("libmarker.a"))
            .arg(&object));
        fs::create_dir(root.join("licenses")).unwrap();
        fs::write(
            root.join("licenses/LICENSE.cpython.txt"),
            "The terms of the Python.\n",
        )
        .unwrap();
        fs::write(
            root.join("licenses/LICENSE.marker.txt"),
            "The terms of the marker.\n",
        )
        .unwrap();
        let library = fs::read_dir(install.join(&stdlib))
            .unwrap()
            .flatten()
            .map(|entry| entry.path().join(format!("libpython{version}.a")))
            .find(|path| path.is_file());
        let library = library.map(|path| path.strip_prefix(&root).unwrap().to_owned());
        let description = json!({
            "version": "8",
            "target_triple": "x86_64-unknown-linux-gnu",
            "build_options": "noopt",
            "python_exe": format!("install/bin/{name}"),
            "libpython_link_mode": "shared",
            "object_file_format": "elf",
            "licenses": ["Python-2.0", "CNRI-Python"],
            "license_path": "licenses/LICENSE.cpython.txt",
            "build_info": {
                "core": {
                    "objs": ["build/marker.o"],
                    "links": [{"name": "m", "system": true}, {"name": "dl", "system": true}],
                    "shared_lib": format!("install/{shared}"),
                    "static_lib": library,
                },
                "extensions": {
                    "_struct": [{
                        "in_core": true,
                        "init_fn": "PyInit__struct",
                        "licenses": ["Zlib"],
                        "license_paths": ["licenses/LICENSE.marker.txt"],
                        "links": [{"name": "marker", "path_static": "build/lib/libmarker.a"}],
                        "objs": [],
                        "required": false,
                        "shared_lib": null,
                        "static_lib": null,
                        "variant": "default",
                    }],
                    "_ssl": [{"licenses": null, "links": [{"name": "ssl", "system": true}], "shared_lib": "install/lib/_ssl.so"}],
                },
            },
        });
        fs::write(root.join("PYTHON.json"), description.to_string()).unwrap();
        Self { folder, version }
    }

    fn site(&self) -> PathBuf {
        let below = format!("python/install/lib/python{}/site-packages", self.version);
        self.folder.path().join(below)
    }

    /// Installs a distribution with one module.
    fn install(&self, name: &str, metadata: &str, source: &str, license: &str) {
        let site = self.site();
        let info = site.join(format!("{name}-1.0.dist-info"));
        fs::create_dir_all(&info).unwrap();
        fs::write(site.join(format!("{name}.py")), source).unwrap();
        let metadata = format!("Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n{metadata}");
        fs::write(info.join("METADATA"), metadata).unwrap();
        let mut record = format!("{name}.py,,\n{name}-1.0.dist-info/METADATA,,\n");
        if !license.is_empty() {
            fs::create_dir(info.join("licenses")).unwrap();
            fs::write(info.join("licenses/COPYING"), license).unwrap();
            record.push_str(&format!("{name}-1.0.dist-info/licenses/COPYING,,\n"));
        }
        fs::write(info.join("RECORD"), record).unwrap();
    }

    /// Takes away the list of a distribution's files, which Debian's packages do not have either.
    fn forget_files_of(&self, name: &str) {
        fs::remove_file(self.site().join(format!("{name}-1.0.dist-info/RECORD"))).unwrap();
    }

    /// Puts a module beside the distributions that is in none of them, as some of Debian's packages do.
    fn lay_loose(&self, name: &str, source: &str) {
        fs::write(self.site().join(format!("{name}.py")), source).unwrap();
    }

    /// An archive of what lies in a folder of the tree, under the name `python`.
    fn archive(&self, below: &str, compress: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
        let output = Command::new("tar")
            .args([
                "--create",
                "--transform",
                &format!("s,^{below},python,"),
                "--directory",
            ])
            .arg(self.folder.path())
            .arg(below)
            .stderr(Stdio::inherit())
            .output()
            .unwrap();
        assert!(output.status.success());
        compress(&output.stdout)
    }
}

fn sum(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// What stands at a key of each element of a list.
fn each<'v>(list: &'v Value, key: &str) -> Vec<&'v str> {
    let all = list.as_array().unwrap().iter();
    all.map(|element| element[key].as_str().unwrap()).collect()
}

#[test]
fn a_full_archive_is_checked_unpacked_once_linked_and_explained() {
    let tree = Tree::new();
    tree.install(
        "permissive",
        "License-Expression: MIT\nLicense-File: COPYING\nRequires-Dist: nameless\n",
        "NAME = __name__\n",
        "Do what you like with permissive.\n",
    );
    tree.install("nameless", "", "NAME = __name__\n", "");
    tree.install(
        "copyleft",
        "Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)\n",
        "NAME = __name__\n",
        "",
    );
    tree.forget_files_of("copyleft");
    tree.lay_loose("unclaimed", "NAME = __name__\n");
    tree.install("unrelated", "License: BSD\n", "", "");
    let folder = tempfile::tempdir().unwrap();
    let source = "import permissive, struct, sys, unclaimed\n\
                  def later(): import copyleft\n\
                  try:\n    import readline\n    has = True\nexcept ImportError:\n    has = False\n\
                  print(permissive.NAME, unclaimed.NAME, struct.calcsize('i'), '%d.%d' % sys.version_info[:2], has)\n";
    fs::write(folder.path().join("app.py"), source).unwrap();
    let archive = tree.archive("python", |tar| zstd::encode_all(tar, 1).unwrap());
    fs::write(folder.path().join("python.tar.zst"), &archive).unwrap();
    let sum = sum(&archive);

    let wrong = format!("python.tar.zst#sha256={}", "0".repeat(64));
    assert_eq!(
        refusal(folder.path(), &wrong),
        format!(
            "error: cannot pack the application: python.tar.zst is not the archive that is meant: its SHA-256 is {sum}, and not {}\n\
             hint: fetch it again, and take the sum from where the archive is published",
            "0".repeat(64)
        )
    );
    fs::write(
        folder.path().join("cut.tar.zst"),
        &archive[..archive.len() / 2],
    )
    .unwrap();
    let cut = refusal(folder.path(), "cut.tar.zst");
    assert!(
        cut.starts_with("error: cannot pack the application: unpacking cut.tar.zst: ")
            && cut.contains("hint: fetch the archive again"),
        "{cut}"
    );
    let unpacked = folder.path().join("cache/exuvia/pythons");
    assert_eq!(
        fs::read_dir(&unpacked).unwrap().count(),
        0,
        "nothing is left of what failed"
    );

    let (_, executable, _) = python();
    let question = "import importlib.util as u; print(u.find_spec('readline') is not None)";
    let has_readline = run(Command::new(executable).args(["-I", "-c", question])).trim() == "True";
    let mut command = exuvia(folder.path());
    command
        .args([
            "--python",
            &format!("python.tar.zst#sha256={}", sum.to_uppercase()),
        ])
        .args([
            "pack",
            "app.py",
            "--json",
            "--explain",
            "--libpython",
            "static",
            "--licenses",
            "build/terms.txt",
        ]);
    if has_readline {
        command.args(["--include", "readline"]);
    }
    let packed: Value = serde_json::from_str(&run(&mut command)).unwrap();
    let explanation = &packed["explanation"];
    let python = &explanation["python"];
    let root = unpacked.join(&sum).join("python");
    assert_eq!(python["found"]["archive"]["sha256"], json!(sum));
    assert_eq!(python["found"]["archive"]["was_checked"], json!(true));
    assert_eq!(python["base"].as_str(), root.join("install").to_str());
    assert!(
        !root.join("build/marker.o").exists(),
        "object files are not linked, and not unpacked"
    );
    assert_eq!(packed["libpython"], json!("static"));
    let library = explanation["libpython"]["library"].as_str().unwrap();
    assert!(Path::new(library).starts_with(&root), "{library}");
    assert_eq!(
        explanation["libpython"]["linked_with"],
        json!([root.join("build/lib/libmarker.a")])
    );

    let why = |name: &str| {
        let all = explanation["distributions"].as_array().unwrap();
        let found = all.iter().find(|each| each["name"] == name);
        found.map(|found| (found["why"].clone(), found["license"].clone()))
    };
    assert_eq!(
        why("permissive"),
        Some((json!({"imported": {"by": "__main__"}}), json!("MIT")))
    );
    assert_eq!(
        why("nameless"),
        Some((json!({"required": {"by": "permissive"}}), Value::Null))
    );
    assert_eq!(
        why("copyleft"),
        Some((
            json!({"imported": {"by": "__main__"}}),
            json!("GNU General Public License v3 (GPLv3)")
        ))
    );
    assert_eq!(
        explanation["left_out"]["distributions"],
        json!(["unrelated"])
    );
    let notes = packed["notes"].to_string();
    assert!(
        notes.contains("before you pass the file on: copyleft (GNU General Public License v3 (GPLv3)), nameless (unknown)"),
        "{notes}"
    );

    let floor = explanation["glibc"]["version"].as_str().unwrap();
    let (major, minor) = floor.split_once('.').unwrap();
    assert_eq!(major, "2");
    assert!((2..100).contains(&minor.parse::<u32>().unwrap()), "{floor}");
    assert_ne!(explanation["glibc"]["set_by"], json!([]));
    let largest = explanation["largest"].as_array().unwrap();
    assert_eq!(largest.len(), 20);
    assert_eq!(largest[0]["kind"], json!("launcher"));
    let stored: Vec<_> = largest
        .iter()
        .map(|each| each["stored"].as_u64().unwrap())
        .collect();
    assert!(stored.is_sorted_by(|a, b| a >= b), "{stored:?}");

    let libraries = each(&explanation["libraries"], "name");
    assert_eq!(
        has_readline,
        libraries
            .iter()
            .any(|name| name.starts_with("libreadline."))
    );
    assert_eq!(
        has_readline,
        notes.contains("readline came along with GNU Readline, which is under the GPL")
    );
    let output = run(Command::new(folder.path().join("app")).env_clear());
    let has_readline = if has_readline { "True" } else { "False" };
    assert_eq!(
        output,
        format!("permissive unclaimed 4 {} {has_readline}\n", tree.version)
    );

    let terms = fs::read_to_string(folder.path().join("build/terms.txt")).unwrap();
    let line = |start: &str| {
        let line = terms
            .lines()
            .find(|line| line.trim_start().starts_with(start));
        line.unwrap_or_else(|| panic!("nothing of {start} in {terms}"))
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert!(line("CPython 3.").ends_with(" Python-2.0 AND CNRI-Python"));
    assert_eq!(line("permissive 1.0"), "permissive 1.0 MIT");
    assert_eq!(line("nameless 1.0"), "nameless 1.0 unknown: find out");
    assert_eq!(line("libraries of _struct"), "libraries of _struct Zlib");
    assert!(line("zstd-sys ").ends_with(" BSD-3-Clause"));
    for text in [
        "The terms of the Python.",
        "The terms of the marker.",
        "Do what you like with permissive.",
    ] {
        assert_eq!(terms.matches(text).count(), 1, "{text}");
    }

    // The folder that was unpacked is used again: it has what was put there since.
    let site = root.join(format!("install/lib/python{}/site-packages", tree.version));
    fs::write(site.join("permissive.py"), "NAME = 'changed'\n").unwrap();
    let text = run(exuvia(folder.path()).args([
        "--python",
        "python.tar.zst",
        "pack",
        "app.py",
        "--explain",
        "--libpython",
        "static",
    ]));
    let output = run(Command::new(folder.path().join("app")).env_clear());
    assert!(output.starts_with("changed "), "{output}");
    assert!(
        output.ends_with(" False\n"),
        "readline stays out where it is not named: {output}"
    );
    for words in [
        &format!("unpacked from python.tar.zst, SHA-256 {sum}, not compared with any"),
        &format!("libpython     linked in: {library}"),
        "with libmarker.a",
        &format!("glibc         runs on {floor} and later"),
        "imported by what is run",
        "required by permissive",
        "distributions that nothing in it refers to: unrelated",
        "the launcher ",
    ] {
        assert!(text.contains(words), "{words:?} is not in {text}");
    }
}

#[test]
fn an_archive_of_an_installation_alone_is_packed() {
    let tree = Tree::new();
    // Nothing to link with is in it.
    let install = tree.folder.path().join("python/install");
    for entry in fs::read_dir(install.join(format!("lib/python{}", tree.version))).unwrap() {
        let path = entry.unwrap().path();
        if path
            .file_name()
            .unwrap()
            .to_string_lossy()
            .starts_with("config-")
        {
            fs::remove_dir_all(path).unwrap();
        }
    }
    if !install
        .join(format!("lib/libpython{}.so.1.0", tree.version))
        .is_file()
    {
        // This Python has no shared library, and there is no way to take the archive's along.
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("app.py"),
        "import sys\nprint(sys.version_info[:2] >= (3, 10))\n",
    )
    .unwrap();
    let archive = tree.archive("python/install", |tar| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(tar).unwrap();
        encoder.finish().unwrap()
    });
    fs::write(folder.path().join("install_only.tar.gz"), &archive).unwrap();
    let text = run(exuvia(folder.path()).args([
        "--python",
        "install_only.tar.gz",
        "pack",
        "app.py",
        "--json",
    ]));
    let packed: Value = serde_json::from_str(&text).unwrap();
    let libpython = &packed["explanation"]["libpython"];
    assert_eq!(libpython["how"], json!("shared"));
    let root = folder
        .path()
        .join("cache/exuvia/pythons")
        .join(sum(&archive))
        .join("python");
    assert_eq!(
        libpython["library"].as_str(),
        root.join(format!("lib/libpython{}.so.1.0", tree.version))
            .to_str()
    );
    let why = libpython["why_not_static"].as_str().unwrap();
    assert!(why.ends_with("there is no such file"), "{why}");
    assert_eq!(
        run(Command::new(folder.path().join("app")).env_clear()),
        "True\n"
    );
}

/// A program that says of itself what a Python of another kind would, or that fails and says its version.
fn stand_in(folder: &Path, change: Option<&Value>) {
    let (_, python, _) = python();
    let python = python.display();
    let edit = "import json, sys; answer = json.loads(sys.stdin.read().rpartition(chr(0))[2]); answer[\"interpreter\"].update(json.loads(sys.argv[1])); print(json.dumps(answer))";
    let text = match change {
        Some(change) => format!("#!/bin/sh\n'{python}' \"$@\" | '{python}' -c '{edit}' '{change}'\n"),
        None => "#!/bin/sh\ncase \"$*\" in *platform.python_version*) echo CPython 3.6.15;; *) cat > /dev/null; echo SyntaxError >&2; exit 1;; esac\n".to_owned(),
    };
    let path = folder.join("python");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    // Until another test's child that was forked meanwhile comes to `exec`, the file counts as being written.
    while let Err(error) = Command::new(&path).stdin(Stdio::null()).output() {
        assert_eq!(error.kind(), std::io::ErrorKind::ExecutableFileBusy);
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

#[test]
fn pythons_of_other_kinds_are_refused_with_what_they_are() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("app.py"), "").unwrap();
    for (change, told) in [
        (
            json!({"implementation": "pypy", "build": "PyPy 7.3.17", "version": [3, 10, 14]}),
            "PyPy 7.3.17 (Python 3.10.14)",
        ),
        (json!({"version": [3, 14, 0]}), "CPython 3.14.0"),
        (json!({"version": [3, 9, 18]}), "CPython 3.9.18"),
        (
            json!({"version": [3, 12, 1], "debug": true}),
            "a debug build of CPython 3.12.1",
        ),
        (
            json!({"version": [3, 13, 0], "free_threaded": true}),
            "a free-threaded build of CPython 3.13.0",
        ),
        (
            json!({"machine": "linux-aarch64"}),
            "a CPython for linux-aarch64",
        ),
    ] {
        stand_in(folder.path(), Some(&change));
        assert_eq!(
            refusal(folder.path(), "./python"),
            format!(
                "error: cannot pack the application: [folder]/python is {told}, which cannot be packed\n\
                 hint: use CPython 3.10 to 3.13 for Linux on x86-64, chosen with `--python`"
            )
        );
    }
    stand_in(folder.path(), None);
    let text = refusal(folder.path(), "./python");
    assert!(
        text.contains("is CPython 3.6.15, which cannot be packed"),
        "{text}"
    );

    for program in ["/bin/ls", "/bin/echo", "/bin/false", "/bin/cat"] {
        assert_eq!(
            refusal(folder.path(), program),
            format!(
                "error: cannot pack the application: running the interpreter {program}: asked for its version, it names none, so this is no Python\n\
                 hint: give the path of a Python with `--python`, or activate a virtual environment"
            )
        );
    }

    fs::set_permissions(
        folder.path().join("python"),
        fs::Permissions::from_mode(0o644),
    )
    .unwrap();
    let text = refusal(folder.path(), "./python");
    assert!(
        text.contains("running the interpreter [folder]/python: Permission denied"),
        "{text}"
    );

    // A program for another machine is not run at all.
    let mut program = fs::read("/proc/self/exe").unwrap();
    program[18] = 183;
    fs::write(folder.path().join("python"), program).unwrap();
    let text = refusal(folder.path(), "./python");
    assert!(
        text.contains("is a Python for AArch64 (64-bit ARM), which cannot be packed"),
        "{text}"
    );
}
