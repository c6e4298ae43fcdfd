//! Scripts of every name, and what lies beside them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use exuvia_pack::{Application, Packed, Request, pack};

mod pythons;
use pythons::pythons;

/// A folder with a script and what else is written there.
struct Project {
    folder: tempfile::TempDir,
    python: PathBuf,
}

impl Project {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            python: pythons().pop_last().unwrap().1,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn request(&self, script: &str) -> Request {
        Request {
            output: Some(self.path("out/packed")),
            ..Request::new(Application::Script(self.path(script)), self.python.clone())
        }
    }

    /// The message and the hint of a request that cannot be met.
    fn refusal(&self, request: &Request) -> (String, String) {
        let error = pack(request, &mut |_| {}).expect_err("it is refused");
        assert!(!self.path("out").exists(), "something was written");
        let words = |text: String| text.replace(self.folder.path().to_str().unwrap(), "[folder]");
        (
            words(error.to_string()),
            words(error.hint().unwrap_or_default()),
        )
    }
}

fn packed(request: &Request) -> Packed {
    if let Some(folder) = request.output.as_ref().and_then(|path| path.parent()) {
        std::fs::create_dir_all(folder).unwrap();
    }
    pack(request, &mut |_| {}).unwrap_or_else(|error| panic!("{error}"))
}

fn start(program: &Path) -> Output {
    loop {
        match Command::new(program).env_clear().output() {
            // Another test's thread forked while this file was being written, and its child has not come to `exec`.
            Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            output => return output.unwrap(),
        }
    }
}

fn words(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_script_may_have_any_name() {
    let source = "import os, sys\n\
                  import near\n\
                  print(os.path.basename(__file__), near.NAME, __name__)\n\
                  raise ValueError('as asked')  # seen\n";
    for name in ["noext", "tool.pyw", "tool.cgi", "tool.PY", "two.parts"] {
        let project = Project::new();
        project.write(name, source);
        project.write("near.py", "NAME = 'near'\n");
        let output = start(&packed(&project.request(name)).path);
        let errors = words(&output.stderr);
        assert_eq!(
            words(&output.stdout),
            format!("{name} near __main__\n"),
            "{errors}"
        );
        assert!(
            errors.contains("raise ValueError('as asked')  # seen"),
            "{name}: {errors}"
        );
        assert_eq!(output.status.code(), Some(1));
    }
}

#[test]
fn bytecode_of_a_module_is_not_taken_for_that_of_a_script_of_its_name() {
    let project = Project::new();
    project.write("tool.py", "print('module')\n");
    project.write("tool", "print('script')\n");
    let time = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    for name in ["tool.py", "tool"] {
        let file = std::fs::File::options()
            .write(true)
            .open(project.path(name))
            .unwrap();
        file.set_modified(time).unwrap();
    }
    let compiled = Command::new(&project.python)
        .args(["-m", "compileall", "-q"])
        .arg(project.path("tool.py"))
        .status();
    assert!(compiled.unwrap().success());
    let output = start(&packed(&project.request("tool")).path);
    assert_eq!(words(&output.stdout), "script\n");
}

#[test]
fn what_is_no_python_program_is_refused() {
    let project = Project::new();
    project.write("data.json", "{\"a\": [1, 2]}\n");
    project.write("others", "{\"a\": true}\n");
    project.write("settings.toml", "[a]\nb = true\nc = \n");
    std::fs::copy("/proc/self/exe", project.path("program")).unwrap();
    for name in ["data.json", "others", "settings.toml", "program"] {
        let (message, hint) = project.refusal(&project.request(name));
        assert!(
            message.starts_with(&format!("[folder]/{name} is no Python program: ")),
            "{message}"
        );
        assert_eq!(hint, "give a file that this Python can run");
    }
}

#[test]
fn what_is_nearly_a_script_is_refused_with_what_to_do() {
    let project = Project::new();
    project.write("app.py", "print(__name__)\n");
    project.write("bare/__main__.py", "import near\nprint(near.NAME)\n");
    project.write("bare/near.py", "NAME = 'near'\n");
    project.write("package/__init__.py", "");
    project.write("package/__main__.py", "");
    project.write("empty/data.txt", "");
    let zipped = Command::new(&project.python)
        .current_dir(project.folder.path())
        .args([
            "-m",
            "zipapp",
            "bare",
            "-o",
            "app.pyz",
            "-p",
            "/usr/bin/python3",
        ])
        .status();
    assert!(zipped.unwrap().success());
    for (script, message, hint) in [
        (
            "app",
            "there is no file [folder]/app",
            "did you mean [folder]/app.py?",
        ),
        (
            "bare",
            "[folder]/bare is a folder, and no script",
            "name what Python runs of it: [folder]/bare/__main__.py, with `-o FILE` for the name of the file",
        ),
        (
            "package",
            "[folder]/package is a folder, and no script",
            "it is a package: `cd [folder]`, and name it with `-m package`",
        ),
        (
            "empty",
            "[folder]/empty is a folder, and no script",
            "name a script in it",
        ),
        (
            "app.pyz",
            "[folder]/app.pyz is a zip application, which cannot be packed as it is",
            "unpack it with `python -m zipfile -e [folder]/app.pyz FOLDER`, and pack FOLDER/__main__.py",
        ),
    ] {
        assert_eq!(
            project.refusal(&project.request(script)),
            (message.to_owned(), hint.to_owned())
        );
    }
    // What the hints say is so.
    let output = start(&packed(&project.request("bare/__main__.py")).path);
    assert_eq!(words(&output.stdout), "near\n", "{}", words(&output.stderr));
}

#[test]
fn nothing_that_is_read_is_written_over() {
    let project = Project::new();
    project.write("app.py", "import helper, package\n");
    project.write("helper.py", "NAME = 'helper'\n");
    project.write("package/__init__.py", "");
    project.write("package/data.txt", "data\n");
    std::os::unix::fs::symlink(project.path("helper.py"), project.path("link")).unwrap();
    std::fs::hard_link(project.path("helper.py"), project.path("second")).unwrap();
    std::os::unix::fs::symlink(&project.python, project.path("python")).unwrap();
    for name in [
        "app.py",
        "helper.py",
        "package/data.txt",
        "link",
        "second",
        "python",
    ] {
        let output = project.path(name);
        let before = std::fs::read(&output).unwrap();
        let request = Request {
            output: Some(output.clone()),
            ..project.request("app.py")
        };
        let (message, hint) = project.refusal(&request);
        assert_eq!(
            message,
            format!(
                "the packed file would be written over [folder]/{name}, which is read to make it"
            )
        );
        assert_eq!(hint, "choose another place with `-o FILE`");
        assert!(std::fs::read(&output).unwrap() == before, "{name}");
    }
    let request = Request {
        output: Some(project.path("old")),
        ..project.request("app.py")
    };
    project.write("old", "written by hand\n");
    let (message, _) = project.refusal(&request);
    assert!(message.contains("is there and is no program"), "{message}");
    project.write("old", "");
    assert!(packed(&request).size > 1000);
    // A file packed before.
    assert!(packed(&request).size > 1000);
}

#[test]
fn the_folder_of_the_file_is_made() {
    let project = Project::new();
    project.write("app.py", "print('started')\n");
    let request = Request {
        output: Some(project.path("build/of/today/tool")),
        ..project.request("app.py")
    };
    let packed = pack(&request, &mut |_| {}).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(words(&start(&packed.path).stdout), "started\n");
    let request = Request {
        output: Some(project.path("app.py/tool")),
        ..project.request("app.py")
    };
    let (message, hint) = project.refusal(&request);
    assert!(
        message.starts_with("writing [folder]/app.py/tool: "),
        "{message}"
    );
    assert!(hint.contains("choose another place with `-o`"), "{hint}");
}

#[test]
fn tests_of_the_standard_library_come_where_they_are_asked_for() {
    let project = Project::new();
    project.write(
        "app.py",
        "import importlib.util\n\
         names = ['test', 'test.support', 'test.regrtest', '_testcapi', 'tkinter']\n\
         print([bool(importlib.util.find_spec(name)) for name in names])\n",
    );
    let included = |names: &[&str]| {
        let include = names.iter().map(|&name| name.to_owned()).collect();
        let packed = packed(&Request {
            include,
            ..project.request("app.py")
        });
        words(&start(&packed.path).stdout)
    };
    assert_eq!(
        included(&["test.support"]),
        "[True, True, False, False, False]\n"
    );
    assert_eq!(
        included(&["_testcapi", "test.support"])
            .matches("True")
            .count(),
        3
    );
    assert_eq!(included(&["test"]), "[True, True, True, True, False]\n");
    // What lies beside the application goes before.
    project.write("test/__init__.py", "");
    assert_eq!(included(&["test"]), "[True, False, False, False, False]\n");
}

/// Shows the files that are there below the script's own folder, and what one of them says.
const SHOW_FILES: &str = r#"
import importlib, os, sys

here = os.path.dirname(__file__)
with open(os.path.join(here, "data/config.json")) as stream:
    print(stream.read().strip())
found = []
for folder in ("data", "templates", "plugins"):
    for directory, _, files in os.walk(os.path.join(here, folder)):
        found += [os.path.relpath(os.path.join(directory, file), here) for file in files]
print(sorted(found), sorted(os.listdir(os.path.join(here, "templates"))))
print(importlib.import_module(".".join(["plugins", "one"])).NAME)
"#;

#[test]
fn data_beside_a_script_comes_by_its_path() {
    let project = Project::new();
    project.write("src/app.py", SHOW_FILES);
    project.write("src/near.py", "NAME = 'near'\n");
    project.write("src/data/config.json", "{}\n");
    project.write("src/data/x.txt", "{}\n");
    for name in ["index.html", "parts/.hidden", "parts/broken.py"] {
        project.write(&format!("src/templates/{name}"), "<{{");
    }
    project.write("src/templates/__pycache__/broken.pyc", "");
    project.write("src/plugins/one.py", "from near import NAME\n");
    project.write("src/empty/__pycache__/x.pyc", "");
    project.write("outside.txt", "");
    std::os::unix::fs::symlink(
        project.path("src/templates"),
        project.path("src/templates/back"),
    )
    .unwrap();
    let request = |include: &[&str]| Request {
        include: include.iter().map(|&name| name.to_owned()).collect(),
        ..project.request("src/app.py")
    };

    let (message, hint) = project.refusal(&request(&["data/confg.json"]));
    assert!(
        message.contains("nor is there a file or folder"),
        "{message}"
    );
    assert_eq!(hint, "did you mean data/config.json?");
    let (message, _) = project.refusal(&request(&["empty"]));
    assert_eq!(message, "--include empty: there is no file in this folder");
    for outside in ["../outside.txt", "."] {
        let (message, _) = project.refusal(&request(&[outside]));
        assert_eq!(
            message,
            format!(
                "--include {outside}: this does not lie below the application's folder, [folder]/src"
            )
        );
    }

    let templates = project.path("src/templates");
    let packed = packed(&request(&[
        "./data/config.json",
        templates.to_str().unwrap(),
        "plugins",
    ]));
    std::fs::rename(project.path("src"), project.path("hidden")).unwrap();
    let output = start(&packed.path);
    assert_eq!(
        words(&output.stdout),
        "{}\n\
         ['data/config.json', 'plugins/one.py', 'templates/index.html', 'templates/parts/.hidden', 'templates/parts/broken.py'] \
         ['index.html', 'parts']\n\
         near\n",
        "{}",
        words(&output.stderr)
    );
}

/// Builds a shared library from C below the project, under a name that it gives itself, linked with others.
fn build_library(project: &Project, path: &str, source: &str, arguments: &[&str]) {
    let name = Path::new(path).file_name().unwrap().to_str().unwrap();
    project.write(&format!("c/{name}.c"), source);
    std::fs::create_dir_all(project.path(path).parent().unwrap()).unwrap();
    let output = Command::new("cc")
        .current_dir(project.folder.path())
        .args(["-shared", "-fPIC", "-o", path])
        .arg(format!("c/{name}.c"))
        .arg(format!("-Wl,-soname,{name}"))
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", words(&output.stderr));
}

#[test]
fn a_library_is_found_where_those_that_need_it_have_the_loader_look() {
    let project = Project::new();
    // In the manner of scipy: a module with a DT_RPATH, a library in there without one, and what that needs in another folder of it.
    let one = |name: &str, value: u32| format!("int {name}(void) {{ return {value}; }}\n");
    let through = |name: &str, inner: &str| {
        format!("int {inner}(void); int {name}(void) {{ return {inner}(); }}\n")
    };
    for (folder, value) in [("decoy", 1), ("more", 2)] {
        let path = format!("pkg/{folder}/libinherited.so.3");
        build_library(&project, &path, &one("inherited", value), &[]);
    }
    build_library(
        &project,
        "pkg/libs/libmiddle.so",
        &through("middle", "inherited"),
        &["pkg/more/libinherited.so.3"],
    );
    build_library(
        &project,
        "pkg/inner/byrpath.so",
        &through("answer", "middle"),
        &[
            "-Wl,--disable-new-dtags,-rpath,$ORIGIN/../libs:$ORIGIN/../more,--allow-shlib-undefined",
            "pkg/libs/libmiddle.so",
        ],
    );
    // The folder of a library without any path, and a module whose DT_RUNPATH is for itself alone.
    build_library(
        &project,
        "pkg/decoy/libneighbour.so",
        &one("neighbour", 3),
        &[],
    );
    build_library(
        &project,
        "pkg/libs/libneighbour.so",
        &one("neighbour", 4),
        &[],
    );
    build_library(
        &project,
        "pkg/libs/libhouse.so",
        &through("house", "neighbour"),
        &["pkg/libs/libneighbour.so"],
    );
    build_library(
        &project,
        "pkg/inner/byfolder.so",
        &through("answer", "house"),
        &[
            "-Wl,--enable-new-dtags,-rpath,$ORIGIN/../libs,--allow-shlib-undefined",
            "pkg/libs/libhouse.so",
        ],
    );
    // A library that the package would load before by its path.
    build_library(&project, "pkg/else/libelse.so", &one("elsewhere", 5), &[]);
    build_library(
        &project,
        "pkg/inner/byname.so",
        &through("answer", "elsewhere"),
        &["pkg/else/libelse.so"],
    );
    build_library(&project, "pkg/gone/libgone.so", &one("gone", 0), &[]);
    build_library(
        &project,
        "pkg/inner/missing.so",
        &one("answer", 6),
        &[
            "-Wl,--no-as-needed,--allow-shlib-undefined",
            "pkg/gone/libgone.so",
        ],
    );
    std::fs::remove_dir_all(project.path("pkg/gone")).unwrap();
    project.write("pkg/__init__.py", "");
    project.write(
        "app.py",
        "import ctypes, os\n\
         import pkg\n\
         inner = os.path.join(os.path.dirname(pkg.__file__), 'inner')\n\
         print([ctypes.CDLL(os.path.join(inner, name)).answer() for name in ('byrpath.so', 'byfolder.so', 'byname.so')])\n",
    );
    let packed = packed(&project.request("app.py"));
    let about: Vec<_> = packed
        .notes
        .iter()
        .filter(|note| note.contains("is not on this machine"))
        .collect();
    assert!(
        matches!(about[..], [note] if note.starts_with("libgone.so, which ") && note.contains("missing.so needs")),
        "{about:?}"
    );
    let output = start(&packed.path);
    assert_eq!(
        words(&output.stdout),
        "[2, 4, 5]\n",
        "{}",
        words(&output.stderr)
    );
}
