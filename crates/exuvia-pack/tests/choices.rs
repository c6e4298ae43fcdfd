//! What the user asks for comes in or stays out, and the packed program can tell.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use exuvia_pack::{Application, ContentKind, Packed, Request, pack};

mod pythons;
use pythons::pythons;

/// Says what it finds, a word at a time.
const APPLICATION: &str = r#"
import ctypes
import ctypes.util
import importlib
import json
import os
import sys
from importlib import metadata

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "lib"))
# What no look at the source finds.
HIDDEN = "lone" + "ly"


def plugins():
    import plughost

    print(sorted(plughost.things()))


def dynamic():
    import helper

    parts = ".".join(["extra", "part"])
    with open(os.path.join(HERE, "data", "numbers.json")) as stream:
        print(importlib.import_module(parts).NAME, helper.NAME, json.load(stream))
    with open(sys.argv[2]) as stream:
        print(stream.read().strip())
    with open(os.path.join(sys.prefix, "share", "app", "shared.txt")) as stream:
        print(stream.read().strip())


def given():
    print(os.path.exists(os.path.join(HERE, "given.txt")), os.path.exists(os.path.join(HERE, "data", "unread.json")))


def libraries():
    name = ctypes.util.find_library("z")
    print(name, ctypes.util.find_library("c"), ctypes.util.find_library("no-such-library"), ctypes.util.find_library(name="m"))
    print([bool(ctypes.CDLL(each).zlibVersion) for each in (name, "libz.so.1", "libz.so")])
    print(any("libz.so" in line and line.split()[-1].startswith("/usr") for line in open("/proc/self/maps")))


def spec():
    import importlib.util

    print([importlib.util.find_spec(each) for each in ("tkinter", "lonely", "unittest", "nothing")])


def ask():
    importlib.import_module(sys.argv[2])


def part():
    from email import mime


def caught():
    try:
        importlib.import_module(HIDDEN)
    except ImportError as error:
        print(str(error), error.name, getattr(error, "__notes__", None))
        raise RuntimeError("no lonely") from error


def version():
    print(metadata.version(sys.argv[2]))


def child():
    import subprocess

    subprocess.run([sys.executable, "-c", "import lonely"], check=True)


def fail():
    raise ValueError("as asked")


def stay():
    import time

    importlib.import_module("pati" + "ent")
    time.sleep(60)


globals()[sys.argv[1]]()
"#;

/// An environment with distributions that nobody else has, and an application beside a folder that it puts on `sys.path`.
struct Environment {
    folder: tempfile::TempDir,
    python: PathBuf,
}

impl Environment {
    fn new(python: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let venv = folder.path().join("venv");
        let made = Command::new(python)
            .args(["-m", "venv", "--without-pip"])
            .arg(&venv)
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        let environment = Self {
            python: venv.join("bin/python"),
            folder,
        };
        let group = "group = plughost.things";
        let plughost = "from importlib import metadata\n\n\ndef things():\n    return [point.load().NAME for point in metadata.entry_points(group='plughost.things')]\n";
        environment.install("Plug.Host", "plughost", plughost, "", group);
        environment.install(
            "plug-one",
            "plug_one",
            "import plug_needs\n\nNAME = plug_needs.NAME\n",
            "[plughost.things]\none = plug_one\n",
            "",
        );
        environment.install("plug-needs", "plug_needs", "NAME = 'one'\n", "", "");
        environment.install(
            "plug-two",
            "plug_two",
            "NAME = 'two'\n",
            "[plughost.things]\ntwo = plug_two\n",
            "",
        );
        environment.install(
            "Lonely",
            "lonely",
            "NAME = 'lonely'\n",
            "[others]\nx = lonely\n",
            "",
        );
        environment.install("Patient", "patient", "", "", "");
        environment.write("venv/share/app/shared.txt", "shared\n");
        environment.write("app/app.py", APPLICATION);
        environment.write("app/lib/helper.py", "NAME = 'helper'\n");
        environment.write("app/extra/__init__.py", "");
        environment.write("app/extra/part.py", "NAME = 'part'\n");
        environment.write("app/data/numbers.json", "[1, 2]\n");
        environment.write("app/data/unread.json", "[3]\n");
        environment.write("app/given.txt", "given\n");
        environment
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Installs a distribution of one module.
    fn install(&self, name: &str, module: &str, source: &str, entry_points: &str, summary: &str) {
        let site = std::fs::read_dir(self.path("venv/lib")).unwrap().next();
        let site = site.unwrap().unwrap().path().join("site-packages");
        let site = site.strip_prefix(self.folder.path()).unwrap().to_owned();
        let site = site.to_str().unwrap();
        let info = format!("{}-1.0.dist-info", name.replace('-', "_"));
        self.write(&format!("{site}/{module}.py"), source);
        let metadata = format!(
            "Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\nLicense-Expression: MIT\nSummary: {summary}\n"
        );
        self.write(&format!("{site}/{info}/METADATA"), &metadata);
        self.write(&format!("{site}/{info}/entry_points.txt"), entry_points);
        self.write(
            &format!("{site}/{info}/RECORD"),
            &format!(
                "{module}.py,,\n{info}/METADATA,,\n{info}/entry_points.txt,,\n{info}/RECORD,,\n"
            ),
        );
    }

    fn request(&self) -> Request {
        Request {
            output: Some(self.path("packed")),
            ..Request::new(
                Application::Script(self.path("app/app.py")),
                self.python.clone(),
            )
        }
    }

    /// Runs a packed file where nothing of what it was made from is found.
    fn run(&self, packed: &Packed, arguments: &[&str]) -> (String, String) {
        let hidden = self.path("hidden");
        let (app, venv) = (self.path("app"), self.path("venv"));
        std::fs::create_dir(&hidden).unwrap();
        std::fs::rename(&app, hidden.join("app")).unwrap();
        std::fs::rename(&venv, hidden.join("venv")).unwrap();
        let output = start(&packed.path, arguments);
        std::fs::rename(hidden.join("app"), app).unwrap();
        std::fs::rename(hidden.join("venv"), venv).unwrap();
        std::fs::remove_dir(hidden).unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (text(&output.stdout), text(&output.stderr))
    }
}

fn start(program: &Path, arguments: &[&str]) -> Output {
    loop {
        match Command::new(program).args(arguments).env_clear().output() {
            // Another test's thread forked while this file was being written, and its child has not come to `exec`.
            Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            output => return output.unwrap(),
        }
    }
}

fn names(packed: &Packed) -> Vec<&str> {
    packed
        .distributions
        .iter()
        .map(|(name, _)| name.as_str())
        .collect()
}

/// Packs with everything that can be asked for, and tries it all on the one file.
fn is_as_chosen(version: &str, environment: &Environment) {
    let given = environment.path("app/given.txt");
    let given = given.to_str().unwrap();
    let request = Request {
        include: vec!["readline".into()],
        exclude: vec!["plug_two".into(), "unittest".into(), "email.mime".into()],
        trial: vec![format!("dynamic '{given}'"), "fail".into()],
        ..environment.request()
    };
    let packed = pack(&request, &mut |_| {}).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(names(&packed), ["Plug.Host", "plug-needs", "plug-one"]);
    assert_eq!(packed.left_out, ["Lonely", "Patient"]);
    let [note, gpl] = packed.notes.as_slice() else {
        panic!("{version}: {:?}", packed.notes)
    };
    assert!(
        gpl.starts_with("readline came along with GNU Readline, which is under the GPL"),
        "{gpl}"
    );
    assert!(
        note.ends_with("fail` ended with status 1, saying 'ValueError: as asked'; what it used until then is taken along"),
        "{note}"
    );

    // What is told of sizes is what the file holds.
    let contents = exuvia_pack::inspect(&packed.path).unwrap();
    let listed = packed.explanation.largest.iter();
    let mut listed = listed.filter(|each| each.kind == ContentKind::Bytecode);
    assert!(listed.clone().count() > 0);
    assert!(listed.all(|each| {
        let mut modules = contents.modules.iter();
        modules.any(|module| (&module.name, module.bytecode) == (&each.name, each.size.stored))
    }));

    let input = environment.path("input.txt");
    std::fs::write(&input, "input\n").unwrap();
    let said = |arguments: &[&str]| {
        let (out, error) = environment.run(&packed, arguments);
        assert_eq!(error, "", "{version} {arguments:?}: {out}");
        out
    };
    assert_eq!(said(&["plugins"]), "['one']\n");
    assert_eq!(
        said(&["dynamic", input.to_str().unwrap()]),
        "part helper [1, 2]\ninput\nshared\n"
    );
    // What a trial was given is not the application's, and what it did not read nobody knows of.
    assert_eq!(said(&["given"]), "False False\n");
    assert_eq!(
        said(&["libraries"]),
        "libz.so.1 libc.so.6 None libm.so.6\n[True, True, True]\nFalse\n"
    );
    assert_eq!(said(&["spec"]), "[None, None, None, None]\n");

    let hint = |arguments: &[&str]| {
        let (_, error) = environment.run(&packed, arguments);
        let last = error.lines().last().unwrap_or_default().to_owned();
        assert!(error.contains("Traceback"), "{version}: {error}");
        last
    };
    let left_out = |name: &str, option: &str| {
        format!("hint: {name} was left out of this file; pack it again with --include {option}")
    };
    let excluded = |name: &str, option: &str| {
        format!(
            "hint: {name} was left out of this file by --exclude {option}; pack it again without that"
        )
    };
    assert_eq!(
        hint(&["ask", "tkinter.ttk"]),
        left_out("tkinter", "tkinter")
    );
    assert_eq!(hint(&["ask", "lonely"]), left_out("lonely", "Lonely"));
    assert_eq!(
        hint(&["version", "LONELY"]),
        left_out("the distribution LONELY", "Lonely")
    );
    assert_eq!(hint(&["ask", "plug_two"]), excluded("plug_two", "plug-two"));
    assert_eq!(
        hint(&["ask", "unittest.mock"]),
        excluded("unittest", "unittest")
    );
    assert_eq!(
        hint(&["ask", "email.mime.text"]),
        excluded("email.mime", "email.mime")
    );
    assert_eq!(
        hint(&["ask", "nowhere"]),
        "hint: nowhere was not found where this file was packed; install it there and pack again, or with --trial if it lies in a folder that the program itself adds to sys.path"
    );
    assert_eq!(
        hint(&["version", "nowhere"]),
        "hint: the distribution nowhere was not installed where this file was packed; install it there and pack again"
    );
    // Which name is missing in a package is part of the exception since 3.12.
    let (_, error) = environment.run(&packed, &["part"]);
    let is_known = !["3.10", "3.11"].contains(&version);
    assert!(
        error.contains("ImportError: cannot import name 'mime'"),
        "{error}"
    );
    assert_eq!(
        error.contains(&excluded("email.mime", "email.mime")),
        is_known,
        "{version}: {error}"
    );
    // No more is known of what is missing in a package that is packed.
    assert_eq!(
        hint(&["ask", "email.nothing"]),
        "ModuleNotFoundError: No module named 'email.nothing'"
    );

    // The exception itself is that of Python, and the hint comes once.
    let (out, error) = environment.run(&packed, &["caught"]);
    assert_eq!(out, "No module named 'lonely' lonely None\n");
    assert_eq!(
        error.matches(&left_out("lonely", "Lonely")).count(),
        1,
        "{version}: {error}"
    );
}

#[test]
fn what_is_chosen_is_packed_and_the_rest_is_told() {
    // Notes on exceptions came with 3.11.
    let mut all = pythons();
    let (oldest, newest) = (all.pop_first(), all.pop_last());
    for (version, python) in oldest.into_iter().chain(newest) {
        is_as_chosen(&version, &Environment::new(&python));
    }
}

#[test]
fn a_trial_is_followed_into_its_children_and_is_stopped_in_time() {
    let environment = Environment::new(&pythons().pop_last().unwrap().1);
    let request = Request {
        trial: vec!["child".into(), "stay".into()],
        trial_time: std::time::Duration::from_secs(4),
        ..environment.request()
    };
    let packed = pack(&request, &mut |_| {}).unwrap_or_else(|error| panic!("{error}"));
    for name in ["Lonely", "Patient"] {
        assert!(names(&packed).contains(&name), "{packed:?}");
    }
    let [note] = packed.notes.as_slice() else {
        panic!("{:?}", packed.notes)
    };
    assert!(note.contains("stay` was stopped after 4 s;"), "{note}");
}

#[test]
fn the_time_zones_come_with_the_module_that_reads_them() {
    let environment = Environment::new(&pythons().pop_last().unwrap().1);
    environment.install("tzdata", "tzdata", "", "", "");
    let taken = |source: &str| {
        environment.write("app/app.py", source);
        let packed =
            pack(&environment.request(), &mut |_| {}).unwrap_or_else(|error| panic!("{error}"));
        names(&packed).contains(&"tzdata")
    };
    assert!(!taken("import datetime\n"));
    assert!(taken("def today():\n    from zoneinfo import ZoneInfo\n"));
}

#[test]
fn what_the_application_imports_and_is_left_out_is_told() {
    let environment = Environment::new(&pythons().pop_last().unwrap().1);
    let source = "import beside\nimport ensurepip.sub\n\ndef odd():\n    __import__('\\ud800')\n";
    environment.write("app/app.py", source);
    environment.write("app/beside.py", "def make():\n    import venv\n");
    let notes = |include: &[&str]| {
        let request = Request {
            include: include.iter().map(|&name| name.to_owned()).collect(),
            ..environment.request()
        };
        pack(&request, &mut |_| {})
            .unwrap_or_else(|error| panic!("{error}"))
            .notes
    };
    let told = |name: &str, by: &str| {
        format!("{name}, which {by} imports, is left out; --include {name} takes it along")
    };
    assert_eq!(
        notes(&[]),
        [told("ensurepip", "__main__"), told("venv", "beside")]
    );
    assert_eq!(notes(&["venv"]), [told("ensurepip", "__main__")]);
}

#[test]
fn what_is_large_and_there_by_chance_is_told() {
    let environment = Environment::new(&pythons().pop_last().unwrap().1);
    // Bytecode is kept as it is.
    let large = format!("NAME = '{}'\n", "large ".repeat(500_000));
    environment.install("Large-One", "large_one", &large, "", "");
    environment.install("small", "small", "NAME = 'small'\n", "", "");
    let feature = "def draw():\n    import large_one\n    import small\n";
    environment.install("Host", "host", feature, "", "");
    let notes = |source: &str| {
        environment.write("app/app.py", source);
        let packed =
            pack(&environment.request(), &mut |_| {}).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(names(&packed), ["Host", "Large-One", "small"]);
        packed.notes
    };
    let [note] = &notes("import host\n")[..] else {
        panic!("one note")
    };
    let because = "MB, and is there because host imports it; Host does not require it: --exclude Large-One leaves it out";
    assert!(
        note.starts_with("Large-One takes 3.") && note.ends_with(because),
        "{note}"
    );
    assert!(notes("import large_one, host\n").is_empty());
}

#[test]
fn links_that_lead_back_are_not_followed_without_end() {
    let environment = Environment::new(&pythons().pop_last().unwrap().1);
    environment.write("app/app.py", "import extra.part\n");
    std::os::unix::fs::symlink(".", environment.path("app/extra/again")).unwrap();
    std::os::unix::fs::symlink("../data", environment.path("app/extra/data")).unwrap();
    let packed =
        pack(&environment.request(), &mut |_| {}).unwrap_or_else(|error| panic!("{error}"));
    let contents = exuvia_pack::inspect(&packed.path).unwrap();
    let mut found: Vec<_> = contents
        .files
        .iter()
        .filter_map(|file| file.path.split_once("/extra/"))
        .map(|(_, name)| name)
        .collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            "__init__.py",
            "data/numbers.json",
            "data/unread.json",
            "part.py"
        ]
    );
}

#[test]
fn the_library_of_cffi_comes_with_modules_that_it_made() {
    let environment = Environment::new(&pythons().pop_last().unwrap().1);
    environment.install("cffi", "_cffi_backend", "", "", "");
    environment.write("app/app.py", "from parts import made\nimport plain\n");
    environment.write("app/parts/__init__.py", "");
    let taken = |module: &str| {
        environment.write("app/parts/made.so", module);
        environment.write("app/plain.abi3.so", "\x7fELF init");
        let packed =
            pack(&environment.request(), &mut |_| {}).unwrap_or_else(|error| panic!("{error}"));
        names(&packed).contains(&"cffi")
    };
    assert!(!taken("\x7fELF\0\0init\0"));
    assert!(taken("\x7fELF\0\0_cffi_backend\0init\0"));
}

#[test]
fn names_that_mean_nothing_are_refused_with_their_neighbours() {
    let environment = Environment::new(&pythons().pop_last().unwrap().1);
    let refused = |change: &dyn Fn(&mut Request)| {
        let mut request = environment.request();
        change(&mut request);
        let error = pack(&request, &mut |_| {}).expect_err("it is refused");
        (error.to_string(), error.hint().unwrap_or_default())
    };
    let include = |name: &str| refused(&|request| request.include = vec![name.into()]);
    let exclude = |name: &str| refused(&|request| request.exclude = vec![name.into()]);
    let nothing = |option: &str, name: &str| {
        format!(
            "{option} {name}: neither a distribution of this environment nor a module is called that"
        )
    };
    let (message, hint) = include("lonley");
    let no_file = ", nor is there a file or folder of this path beside the application";
    assert_eq!(message, nothing("--include", "lonley") + no_file);
    assert!(hint.starts_with("did you mean lonely"), "{hint}");
    environment.install("Two_Names", "two_names", "", "", "");
    assert_eq!(include("two_nmaes").1, "did you mean two_names?");
    let (message, hint) = exclude("tkintr");
    assert_eq!(message, nothing("--exclude", "tkintr"));
    assert!(hint.starts_with("did you mean tkinter"), "{hint}");
    let (message, hint) = exclude("no such thing at all");
    assert_eq!(message, nothing("--exclude", "no such thing at all"));
    assert!(hint.contains("pip list"), "{hint}");
    assert!(exclude("encodings").0.contains("does not start without"));
    assert!(exclude("sys").0.contains("built into this interpreter"));
    let both = refused(&|request| {
        request.include = vec!["Lonely".into()];
        request.exclude = vec!["lonely".into()];
    });
    assert_eq!(
        both.0,
        "lonely is both to be taken along and to be left out"
    );
    let own = refused(&|request| {
        request.application = Application::Module("plughost".into());
        request.exclude = vec!["plug-host".into()];
    });
    assert!(
        own.0
            .contains("the application itself is in this distribution"),
        "{own:?}"
    );
    let (message, hint) = refused(&|request| request.trial = vec!["open 'quote".into()]);
    assert!(message.contains("No closing quotation"), "{message}");
    assert!(hint.contains("with its quotes closed"), "{hint}");
    assert!(
        !environment.path("packed").exists(),
        "something was written"
    );
    environment.write("packed", "[tool.exuvia.pack]\n");
    let (message, hint) = refused(&|_| {});
    assert!(message.contains("is there and is no program"), "{message}");
    assert!(hint.contains("choose another place with `-o FILE`"));
    let kept = std::fs::read_to_string(environment.path("packed")).unwrap();
    assert_eq!(kept, "[tool.exuvia.pack]\n");
}
