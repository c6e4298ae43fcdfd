//! What wheels bring beside modules does in a packed application what it does under Python.
//!
//! pip installs the wheels, from projects that are made here.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use exuvia_archive::{Archive, Footer};
use exuvia_pack::{Application, Request, pack};

mod pythons;
use pythons::pythons;

/// Makes a wheel of all that lies in the folder `wheel` (PEP 517, and the specification "Binary distribution format").
const BACKEND: &str = r#"
import base64, hashlib, pathlib, zipfile


def build_wheel(directory, config_settings=None, metadata_directory=None):
    root = pathlib.Path("wheel")
    (info,) = root.glob("*.dist-info")
    record = f"{info.name}/RECORD"
    listed = []
    name = f"{info.stem}-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(directory, name), "w") as wheel:
        for path in sorted(each for each in root.rglob("*") if each.is_file()):
            file, contents = path.relative_to(root).as_posix(), path.read_bytes()
            wheel.writestr(zipfile.ZipInfo.from_file(path, file), contents)
            digest = base64.urlsafe_b64encode(hashlib.sha256(contents).digest()).decode().rstrip("=")
            listed.append(f"{file},sha256={digest},{len(contents)}\n")
        wheel.writestr(record, "".join(listed) + f"{record},,\n")
    return name
"#;

fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {words}");
    output
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A virtual environment, and a folder to work in.
struct Environment {
    folder: tempfile::TempDir,
    base: PathBuf,
    python: PathBuf,
}

impl Environment {
    fn new(base: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let venv = folder.path().join("venv");
        run(Command::new(base)
            .args(["-m", "venv", "--without-pip"])
            .arg(&venv));
        Self {
            base: base.to_owned(),
            python: venv.join("bin/python"),
            folder,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Puts a file into the wheel of a project.
    fn write_to_wheel(&self, project: &str, name: &str, text: &str) -> PathBuf {
        self.write(&format!("{project}/wheel/{name}"), text)
    }

    /// Installs a project, whose wheel has its files already.
    fn install(&self, project: &str) {
        self.write(&format!("{project}/backend.py"), BACKEND);
        let settings =
            "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n";
        self.write(&format!("{project}/pyproject.toml"), settings);
        let info = format!("{}-1.0.dist-info", project.replace('-', "_"));
        let metadata =
            format!("Metadata-Version: 2.1\nName: {project}\nVersion: 1.0\nLicense: MIT\n");
        self.write_to_wheel(project, &format!("{info}/METADATA"), &metadata);
        let wheel =
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
        self.write_to_wheel(project, &format!("{info}/WHEEL"), wheel);
        run(Command::new(&self.base)
            .args(["-I", "-m", "pip", "--python"])
            .arg(&self.python)
            .args([
                "install",
                "--quiet",
                "--no-index",
                "--no-deps",
                "--no-build-isolation",
            ])
            .arg(self.path(project))
            .env("PIP_DISABLE_PIP_VERSION_CHECK", "1"));
    }

    fn pack(&self, script: &Path) -> PathBuf {
        self.pack_without(script, &[])
    }

    fn pack_without(&self, script: &Path, excluded: &[&str]) -> PathBuf {
        let request = Request {
            output: Some(self.path("packed")),
            exclude: excluded.iter().map(|&name| name.to_owned()).collect(),
            ..Request::new(Application::Script(script.to_owned()), self.python.clone())
        };
        let packed = pack(&request, &mut |_| {}).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(packed.notes, Vec::<String>::new());
        packed.path
    }

    fn run_python(&self, script: &Path) -> Output {
        run(Command::new(&self.python).arg(script).env_clear())
    }

    /// Runs a packed file where nothing of what it was made from is found.
    fn run_packed(&self, program: &Path) -> Output {
        let (venv, hidden) = (self.path("venv"), self.path("hidden"));
        std::fs::rename(&venv, &hidden).unwrap();
        let output = run(Command::new(program)
            .env_clear()
            .env("TMPDIR", self.folder.path()));
        std::fs::rename(hidden, venv).unwrap();
        output
    }
}

/// The paths of all files in a packed file.
fn files(packed: &Path) -> Vec<String> {
    let bytes = std::fs::read(packed).unwrap();
    let footer = Footer::read(bytes.last_chunk().unwrap(), bytes.len() as u64).unwrap();
    let archive = Archive::open(&bytes[footer.archive.start as usize..]).unwrap();
    let files = (0..archive.file_count()).filter_map(|at| archive.file_at(at));
    files.map(|file| file.path().unwrap().to_owned()).collect()
}

/// Shows what was done before it was started, by its own process and by those that it starts.
const STARTED: &str = r#"
import os
import subprocess
import sys

import starter_hook

SITE = os.path.dirname(starter_hook.__file__)
# In an environment, Python processes each file twice (`venv` and `main` of `site` both do).
print([*dict.fromkeys(starter_hook.RUNS)], {*starter_hook.SITES} == {SITE}, "starter_other" in sys.modules)
print([os.path.relpath(entry, SITE) for entry in sys.path if entry.startswith(SITE)])
import vendored
from vendored_package import inner

print(vendored.NAME, inner.NAME, os.path.relpath(vendored.__file__, SITE))
# What children are given that go on in the same way, as those of multiprocessing.
same = [option for option in subprocess._args_from_interpreter_flags() if option != "-B"]
for options in (same, [], ["-S"], ["-I"], ["-I", "-S"], ["-E"], ["-W", "ignore"]):
    program = "import sys; print('starter_other' in sys.modules)"
    ended = subprocess.run([sys.executable, *options, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={})
    print(options, ended.returncode, ended.stdout.strip())
"#;

const STARTER: &str = "\
# import no_such_module_in_a_comment

import starter_hook; starter_hook.ran('first')
import sys, starter_hook; starter_hook.SITES.append(sys._getframe(1).f_locals['sitedir'])
starter_vendor
import\tos, starter_other
starter_vendor
no_such_folder
";

const BROKEN: &str = "\
import starter_hook; starter_hook.ran('before it breaks')
import no_such_module_at_all
import starter_hook; starter_hook.ran('after it broke')
";

/// What `site` says of a line that fails, without the folders that files are in.
fn told(errors: &[u8]) -> Vec<String> {
    let without_folders = |word: &str| word.rsplit('/').next().unwrap_or_default().to_owned();
    let errors = text(errors);
    let lines = errors.lines();
    lines
        .map(|line| {
            line.split(' ')
                .map(without_folders)
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect()
}

#[test]
fn start_files_are_processed_as_site_processes_them() {
    for (version, python) in pythons() {
        let environment = Environment::new(&python);
        let starter = |name: &str, text: &str| {
            environment.write_to_wheel("starter", name, text);
        };
        starter("starter.pth", STARTER);
        starter("a_broken.pth", BROKEN);
        starter(
            "starter_hook.py",
            "RUNS = []\nSITES = []\nran = RUNS.append\n",
        );
        starter(
            "starter_data/weights.pth",
            "import no_such_module_in_data\n",
        );
        starter("starter_vendor/vendored.py", "NAME = __name__\n");
        starter("starter_vendor/vendored_package/__init__.py", "");
        starter(
            "starter_vendor/vendored_package/inner.py",
            "NAME = __name__\n",
        );
        environment.install("starter");
        // Nothing but a line of the first one's refers to it.
        environment.write_to_wheel("other", "starter_other.py", "import starter_deep\n");
        environment.install("other");
        environment.write_to_wheel("deep", "starter_deep.py", "");
        environment.install("deep");
        // Nothing refers to it.
        environment.write_to_wheel("unused", "unused.py", "");
        environment.write_to_wheel("unused", "unused.pth", "import unused\n");
        environment.install("unused");

        let script = environment.write("app/app.py", STARTED);
        let python = environment.run_python(&script);
        let program = environment.pack(&script);
        let packed = environment.run_packed(&program);
        assert_eq!(text(&packed.stdout), text(&python.stdout), "{version}");
        assert!(
            text(&packed.stdout)
                .starts_with("['before it breaks', 'first'] True True\n['.', 'starter_vendor']\n"),
            "{version}: {}",
            text(&packed.stdout)
        );
        // See above about the second time.
        let (packed, python) = (told(&packed.stderr), told(&python.stderr));
        assert_eq!(packed, python[..packed.len()], "{version}");
        assert_eq!(
            packed.first().unwrap(),
            "Error processing line 2 of a_broken.pth:"
        );
        assert_eq!(packed.last().unwrap(), "Remainder of file ignored");
        let site = format!("lib/python{version}/site-packages");
        let mut start_files = files(&program);
        start_files.retain(|path| path.ends_with(".pth"));
        assert_eq!(
            start_files,
            ["a_broken.pth", "starter.pth", "starter_data/weights.pth"]
                .map(|name| format!("{site}/{name}"))
        );
    }
}

#[test]
fn without_start_files_nothing_is_done_for_them() {
    let environment = Environment::new(&pythons().pop_last().unwrap().1);
    // An editable install leads to its project by such a file; what it leads to is packed.
    let site = std::fs::read_dir(environment.path("venv/lib"))
        .unwrap()
        .next();
    let site = site.unwrap().unwrap().path().join("site-packages");
    let project = environment.write("project/editable.py", "NAME = __name__\n");
    let project = format!("{}\n", project.parent().unwrap().display());
    std::fs::write(site.join("editable.pth"), project).unwrap();
    let info = site.join("editable-1.0.dist-info");
    std::fs::create_dir(&info).unwrap();
    let metadata = "Metadata-Version: 2.1\nName: editable\nVersion: 1.0\nLicense: MIT\n";
    std::fs::write(info.join("METADATA"), metadata).unwrap();
    let record =
        "editable.pth,,\neditable-1.0.dist-info/METADATA,,\neditable-1.0.dist-info/RECORD,,\n";
    std::fs::write(info.join("RECORD"), record).unwrap();

    let source = "import editable, sys\nprint(editable.NAME, 'site' in sys.modules)\n";
    let script = environment.write("app/app.py", source);
    let program = environment.pack(&script);
    let packed = environment.run_packed(&program);
    assert_eq!(text(&packed.stdout), "editable False\n");
    let files = files(&program);
    assert!(
        !files.iter().any(|path| path.ends_with(".pth")),
        "{files:?}"
    );
}

#[test]
fn what_is_asked_to_stay_out_is_neither_found_nor_run_by_start_files() {
    let environment = Environment::new(&pythons().pop_last().unwrap().1);
    let starter = |name: &str, text: &str| {
        environment.write_to_wheel("starter", name, text);
    };
    let lines = "starter_vendor\nimport starter_hook; starter_hook.ran('a line')\n";
    starter("starter.pth", lines);
    starter("starter_hook.py", "RUNS = []\nran = RUNS.append\n");
    starter("starter_vendor/vendored.py", "");
    environment.install("starter");
    let source = "import importlib.util, starter_hook\nprint(importlib.util.find_spec('vendored') is None, starter_hook.RUNS)\n";
    let script = environment.write("app/app.py", source);
    for (excluded, said) in [
        ("unittest", "False ['a line']\n"),
        ("vendored", "True ['a line']\n"),
        // Without it nobody processes them.
        ("site", "True []\n"),
    ] {
        let program = environment.pack_without(&script, &[excluded]);
        let packed = environment.run_packed(&program);
        assert_eq!(text(&packed.stdout), said, "{excluded}");
    }
}

/// Runs what its distribution brings to be run, and finds it in the ways that there are.
const TOOLS: &str = r#"
import os
import subprocess
import sys
import sysconfig
from importlib import metadata

import tools

scripts = sysconfig.get_path("scripts")
print(os.path.relpath(scripts, sys.prefix), os.path.isdir(scripts))
for path in (os.path.join(scripts, "tool"), os.path.join(scripts, "tool.sh"), os.path.join(os.path.dirname(tools.__file__), "inner.sh")):
    print(os.access(path, os.X_OK), subprocess.run([path, "a", "b c"], capture_output=True, text=True).stdout)
print(os.access(tools.__file__, os.X_OK))
for name in ("tool", "tool.sh", "data.txt"):
    (file,) = (file for file in metadata.files("tools") if file.name == name)
    print(os.path.relpath(os.path.realpath(str(file.locate())), sys.prefix), file.size)
with open(os.path.join(sys.prefix, "share", "tools", "data.txt")) as stream:
    print(stream.read())
"#;

#[test]
fn programs_of_a_distribution_are_found_and_run() {
    for (version, python) in pythons() {
        let environment = Environment::new(&python);
        let tools = |name: &str, text: &str| environment.write_to_wheel("tools", name, text);
        tools("tools/__init__.py", "");
        let program = |path: PathBuf| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
        };
        let data = |name: &str, text: &str| tools(&format!("tools-1.0.data/{name}"), text);
        program(tools("tools/inner.sh", "#!/bin/sh\necho inner \"$@\"\n"));
        program(data(
            "scripts/tool.sh",
            "#!/bin/sh\necho \"$0\" | sed 's,.*/,,'\necho \"$@\"\n",
        ));
        program(data(
            "scripts/tool.py",
            "#!python\nprint('for this environment')\n",
        ));
        data("data/share/tools/data.txt", "data\n");
        data("data/share/man/man1/tool.1", "a manual\n");
        data("headers/tools.h", "int tools;\n");
        tools(
            "tools-1.0.dist-info/entry_points.txt",
            "[console_scripts]\ntools = tools:main\n",
        );
        let source = environment.write(
            "tool.c",
            "#include <stdio.h>\nint main(int count, char **words) { printf(\"compiled %d %s\\n\", count, words[2]); }\n",
        );
        run(Command::new("cc")
            .arg("-o")
            .arg(source.with_extension("out"))
            .arg(&source));
        std::fs::copy(
            source.with_extension("out"),
            environment.path("tools/wheel/tools-1.0.data/scripts/tool"),
        )
        .unwrap();
        environment.install("tools");

        let script = environment.write("app/app.py", TOOLS);
        let python = environment.run_python(&script);
        let program = environment.pack(&script);
        let packed = environment.run_packed(&program);
        assert_eq!(text(&packed.stdout), text(&python.stdout), "{version}");
        assert!(text(&packed.stdout).contains("compiled 3 b c"));
        // All else outside of the folders of Python is for people, or starts the Python of the environment.
        let mut outside = files(&program);
        outside.retain(|path| !path.starts_with("lib/") && !path.starts_with(".exuvia/"));
        assert_eq!(
            outside,
            [
                "app/app.py",
                "bin/tool",
                "bin/tool.sh",
                "share/tools/data.txt"
            ],
            "{version}"
        );
    }
}

#[test]
fn modules_without_sources_are_modules_whatever_the_environment_prints() {
    let environment = Environment::new(&pythons().pop_last().unwrap().1);
    for (module, name) in [("sourceless", "inner/sourceless"), ("alone", "alone")] {
        let source = environment.write(&format!("sources/{module}.py"), "NAME = __name__\n");
        let compiled = environment.write_to_wheel("bare", &format!("{name}.pyc"), "");
        run(Command::new(&environment.base)
            .args([
                "-c",
                "import py_compile, sys; py_compile.compile(*sys.argv[1:])",
            ])
            .arg(source)
            .arg(compiled));
    }
    environment.write_to_wheel("bare", "inner/__init__.py", "");
    // Nobody has a use for what is compiled from a source that is there.
    environment.write_to_wheel("bare", "inner/__init__.pyc", "no bytecode");
    environment.write_to_wheel(
        "bare",
        "sitecustomize.py",
        "print('from the environment')\n",
    );
    environment.install("bare");
    let source = "import alone\nfrom inner import sourceless\nprint(alone.NAME, sourceless.NAME, alone.__file__.endswith('alone.pyc'))\n";
    let script = environment.write("app/app.py", source);
    let program = environment.pack(&script);
    let packed = environment.run_packed(&program);
    assert_eq!(
        text(&packed.stdout),
        "alone inner.sourceless True\n",
        "{}",
        text(&packed.stderr)
    );
    let files = files(&program);
    assert!(!files.iter().any(|path| path.ends_with("__init__.pyc")));
}
