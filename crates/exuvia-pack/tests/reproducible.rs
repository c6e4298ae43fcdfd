//! The same application gives the same bytes: in another folder, at another time, on a disk that lists its files in another order, and
//! whether or not it ran before.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use exuvia_archive::{Archive, Footer};
use exuvia_pack::{Application, Request, pack};
use pythons::pythons;

mod pythons;

/// Constants whose order follows the hash seed (sets, attributes of classes), and constants that are equal.
const MODULE: &str = r#"
"""What is set down differently each time, unless somebody sees to it."""


class Shape:
    def __init__(self, width, height, colour, name, weight):
        self.width, self.height, self.colour = width, height, colour
        self.name, self.weight = name, weight


def is_known(word):
    return word in {"spam", "eggs", "ham", "bacon", "sausage", ("beans", 1.5), None, 1 << 80}


def pair():
    return ("spam", (1, 2.5, "a sentence with blanks")), ("spam", (1, 2.5, "a sentence with blanks"))
"#;

/// Reverses what the system lists, in every Python of the environment.
const REVERSED: &str = "import os; os.listdir = lambda path='.', listdir=os.listdir: sorted(listdir(path), reverse=True)\n";

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Makes an environment with two distributions that have a file in common, and a script beside a module, and packs the script.
fn packed_in(folder: &Path, minor_version: &str, python: &Path, is_second: bool) -> Vec<u8> {
    let venv = folder.join("venv");
    run(Command::new(python)
        .args(["-m", "venv", "--without-pip"])
        .arg(&venv));
    let site = fs::read_dir(venv.join("lib"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let site = site.path().join("site-packages");
    let mut distributions = ["first", "second"];
    if is_second {
        distributions.reverse();
        fs::write(site.join("reversed.pth"), REVERSED).unwrap();
    }
    for name in distributions {
        fs::write(site.join("shared.py"), "WHOSE = 'both'\n").unwrap();
        fs::write(
            site.join(format!("{name}.py")),
            format!("import shared\n{MODULE}"),
        )
        .unwrap();
        let info = site.join(format!("{name}-1.0.dist-info"));
        fs::create_dir(&info).unwrap();
        fs::write(
            info.join("METADATA"),
            format!("Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"),
        )
        .unwrap();
        fs::write(info.join("RECORD"), format!("{name}.py,,\nshared.py,,\n{name}-1.0.dist-info/METADATA,,\n{name}-1.0.dist-info/RECORD,,\n")).unwrap();
    }
    let work = folder.join("work");
    fs::create_dir(&work).unwrap();
    fs::write(work.join("near.py"), MODULE).unwrap();
    fs::write(
        work.join("app.py"),
        "import first, near, second\nprint(near.is_known('ham'))\n",
    )
    .unwrap();
    let python = venv.join("bin/python");
    if is_second {
        // It ran before: bytecode lies beside the sources. In CPython 3.13.0 the order of a class's `__static_attributes__` is that of
        // the hash seed when it was compiled, and bytecode that is kept is packed; all others compile alike under any seed.
        let seed = if minor_version == "3.13" { "0" } else { "4321" };
        run(Command::new(&python)
            .arg(work.join("app.py"))
            .env("PYTHONHASHSEED", seed)
            .env_remove("PYTHONDONTWRITEBYTECODE")
            .env_remove("PYTHONPYCACHEPREFIX"));
        assert!(work.join("__pycache__").is_dir() && site.join("__pycache__").is_dir());
    }
    let output = folder.join("app");
    let request = Request {
        output: Some(output.clone()),
        ..Request::new(Application::Script(work.join("app.py")), python)
    };
    pack(&request, &mut |_| {}).unwrap();
    fs::read(&output).unwrap()
}

/// The names of what differs in two packed files.
fn differences(one: &[u8], other: &[u8]) -> Vec<String> {
    let [one, other] = [one, other].map(|bytes| {
        let place = Footer::verify(bytes).unwrap().archive;
        Archive::open(&bytes[place.start as usize..place.end as usize]).unwrap()
    });
    let modules = (0..one.module_count()).filter_map(|at| one.module_at(at)?.name().ok());
    let modules = modules.filter(|name| {
        let code = |archive: &Archive| Some(archive.module(name)?.code().unwrap().to_vec());
        code(&one) != code(&other)
    });
    let files = (0..one.file_count()).filter_map(|at| one.file_at(at)?.path().ok());
    let files = files.filter(|path| {
        let contents = |archive: &Archive| Some(archive.file(path)?.contents().unwrap().to_vec());
        contents(&one) != contents(&other)
    });
    modules.chain(files).map(str::to_owned).collect()
}

#[test]
fn two_folders_give_one_file() {
    for (version, python) in pythons() {
        let folders: [PathBuf; 2] = ["a", "another"].map(PathBuf::from);
        let scratch = tempfile::tempdir().unwrap();
        let [one, other] = [0, 1].map(|at| {
            let folder = scratch.path().join(&folders[at]);
            fs::create_dir(&folder).unwrap();
            packed_in(&folder, &version, &python, at == 1)
        });
        assert_eq!(differences(&one, &other), Vec::<String>::new(), "{version}");
        assert!(
            one == other,
            "{version}: what is not in the archive differs"
        );
        let place = scratch.path().as_os_str().as_encoded_bytes();
        let found = one.windows(place.len()).position(|part| part == place);
        assert_eq!(found, None, "{version}: the folder that it was packed in");
    }
}
