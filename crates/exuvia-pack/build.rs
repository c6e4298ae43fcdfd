//! Takes the launchers in the folder `EXUVIA_LAUNCHERS`, compressed as `exuvia-launchers` writes them, into the program.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo:rerun-if-env-changed=EXUVIA_LAUNCHERS");
    let mut entries = String::new();
    if let Some(folder) = env::var_os("EXUVIA_LAUNCHERS").map(PathBuf::from) {
        println!("cargo:rerun-if-changed={}", folder.display());
        let listing = fs::read_dir(&folder).unwrap_or_else(|error| {
            panic!("reading EXUVIA_LAUNCHERS={}: {error}", folder.display())
        });
        let mut files: Vec<PathBuf> = listing.flatten().map(|entry| entry.path()).collect();
        files.sort();
        for file in files {
            let Some(name) = file
                .file_name()
                .and_then(|name| name.to_str())
                .and_then(|name| name.strip_suffix(".zst"))
            else {
                continue;
            };
            entries.push_str(&format!(
                "    ({name:?}, include_bytes!({:?})),\n",
                file.canonicalize().unwrap_or(file.clone())
            ));
        }
    }
    let text = format!(
        "/// Launchers by file name, each one Zstandard frame.\nstatic EMBEDDED: &[(&str, &[u8])] = &[\n{entries}];\n"
    );
    let output = Path::new(&env::var_os("OUT_DIR").unwrap_or_default()).join("embedded.rs");
    fs::write(&output, text)
        .unwrap_or_else(|error| panic!("writing {}: {error}", output.display()));
}
