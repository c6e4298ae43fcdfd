//! Projects in folders of their own, and what cargo says of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

/// The projects build into one folder, which has one header.
pub(crate) static TURN: Mutex<()> = Mutex::new(());

/// A small project that calls this crate from its build script.
pub(crate) struct Project {
    folder: tempfile::TempDir,
    /// cargo takes packages for the same that have one name, whatever folder they are the root of.
    name: String,
}

impl Project {
    /// A project of these files, by their paths, with these lines in `Cargo.toml`.
    pub(crate) fn of(manifest: &str, files: &[(&str, &str)]) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let project = Self {
            folder: tempfile::tempdir().unwrap(),
            name: format!("demo-{}", NUMBER.fetch_add(1, Ordering::Relaxed)),
        };
        let manifest = format!(
            "[package]\nname = {:?}\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[lib]\nname = \"demo\"\ncrate-type = [\"cdylib\", \"staticlib\"]\n\n\
             [build-dependencies]\nexuvia-c-build = {{ path = {:?} }}\n\n[workspace]\n\n{manifest}",
            project.name,
            env!("CARGO_MANIFEST_DIR")
        );
        for (name, text) in [("Cargo.toml", manifest.as_str())].iter().chain(files) {
            let path = project.path(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        // What this workspace is locked to is here without a network.
        let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock");
        fs::copy(lock, project.path("Cargo.lock")).unwrap();
        project
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Changes a file in one place.
    pub(crate) fn change(self, name: &str, old: &str, new: &str) -> Self {
        let text = fs::read_to_string(self.path(name)).unwrap();
        assert_eq!(text.matches(old).count(), 1, "{old}");
        fs::write(self.path(name), text.replace(old, new)).unwrap();
        self
    }

    pub(crate) fn cargo(&self) -> Command {
        let mut command = Command::new(env!("CARGO"));
        command
            .args(["build", "--offline", "--color", "never"])
            .current_dir(self.folder.path())
            .env("CARGO_TARGET_DIR", target())
            .env("VIRTUAL_ENV", environment())
            .env_remove("LIBCLANG_PATH")
            .env_remove("PYO3_PYTHON");
        command
    }

    /// What cargo says, with the folders' names taken out, and cffi's header. Ends with whether it built.
    pub(crate) fn run(&self, command: &mut Command) -> (String, Option<String>) {
        let _turn = TURN.lock();
        self.run_in_turn(command)
    }

    pub(crate) fn run_in_turn(&self, command: &mut Command) -> (String, Option<String>) {
        let output = command.output().unwrap();
        let header = fs::read_to_string(target().join("header.h")).ok();
        let text = String::from_utf8_lossy(&output.stderr)
            .replace(target().to_str().unwrap(), "[target]")
            .replace(self.folder.path().to_str().unwrap(), "[project]")
            .replace(&self.name, "demo");
        let is_progress = |line: &str| {
            [
                "   Compiling ",
                "    Finished ",
                "     Locking ",
                "    Blocking ",
            ]
            .iter()
            .any(|word| line.starts_with(word))
        };
        let lines = text.lines().filter(|line| !is_progress(line)).map(|line| {
            let Some((before, rest)) = line.split_once("[target]/debug/build/demo-") else {
                return line.trim_end().to_owned();
            };
            let (_, rest) = rest.split_once('/').unwrap();
            format!("{before}[target]/debug/build/demo/{rest}")
        });
        let built = if output.status.success() {
            "built"
        } else {
            "failed"
        };
        let said: Vec<_> = lines.chain([built.to_owned()]).collect();
        (said.join("\n"), header)
    }

    pub(crate) fn build(&self) -> String {
        self.run(&mut self.cargo()).0
    }
}

/// Where the projects are built: what they depend on, once.
pub(crate) fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("hold")
}

/// A Python environment with PyPI's libclang, made once.
fn environment() -> &'static Path {
    static ENVIRONMENT: OnceLock<PathBuf> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("libclang");
        let done = folder.join("installed");
        if !done.exists() {
            let run = |command: &mut Command| {
                let output = command.output().unwrap();
                let said = String::from_utf8_lossy(&output.stderr);
                assert!(output.status.success(), "{command:?}: {said}");
            };
            run(Command::new("python3").args(["-m", "venv"]).arg(&folder));
            let pip = ["-m", "pip", "install", "--quiet", "libclang==18.1.1"];
            run(Command::new(folder.join("bin/python")).args(pip));
            fs::write(done, "").unwrap();
        }
        folder
    })
}
