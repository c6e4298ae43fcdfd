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
