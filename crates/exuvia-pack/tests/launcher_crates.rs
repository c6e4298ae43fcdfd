//! The list of what is linked into the launcher, with its terms, is that of `Cargo.lock`.
//!
//! `EXUVIA_UPDATE=1 cargo test -p exuvia-pack --test launcher_crates` writes it anew.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

/// What the launcher is built for.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// What each crate of the launcher is known by in `cargo tree`: `name version`.
fn linked_crates(workspace: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    // The two programs that can be at the front, and the library that one of them loads.
    for features in ["interpreter,files", "interpreter", "front"] {
        let text = cargo(
            workspace,
            &[
                "tree",
                "--locked",
                "--offline",
                "--package",
                "exuvia-launcher",
                "--no-default-features",
                "--features",
                features,
                "--edges",
                "normal,no-proc-macro",
                "--target",
                TARGET,
                "--prefix",
                "none",
                "--format",
                "{p}",
            ],
        );
        for line in text.lines() {
            let mut words = line.split_whitespace();
            if let (Some(name), Some(version)) = (words.next(), words.next()) {
                found.push((name.to_owned(), version.trim_start_matches('v').to_owned()));
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

fn cargo(workspace: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .current_dir(workspace)
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// The text that a crate is passed on under: of several the MIT licence's, which is the shortest, and with it that of C sources it brings.
fn text_of(folder: &Path) -> String {
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).ok();
    let names = [
        "LICENSE-MIT",
        "LICENSE-MIT.txt",
        "LICENSE",
        "LICENSE.txt",
        "LICENSE.md",
        "LICENSE-APACHE",
    ];
    let own = names.iter().find_map(|name| read(name));
    [own, read("zstd/LICENSE")]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("\n\n")
}

#[test]
fn the_launchers_crates_and_their_terms_are_listed() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let workspace = manifest.join("../..");
    // Of crates for other systems, nothing was ever fetched where this was built.
    let metadata = cargo(
        &workspace,
        &[
            "metadata",
            "--locked",
            "--offline",
            "--format-version",
            "1",
            "--filter-platform",
            TARGET,
        ],
    );
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    let packages: BTreeMap<(&str, &str), &Value> = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|each| {
            (
                (
                    each["name"].as_str().unwrap(),
                    each["version"].as_str().unwrap(),
                ),
                each,
            )
        })
        .collect();

    let mut listed = Vec::new();
    for (name, version) in linked_crates(&workspace) {
        let package = packages[&(name.as_str(), version.as_str())];
        let folder = PathBuf::from(package["manifest_path"].as_str().unwrap());
        let folder = folder.parent().unwrap();
        let is_own = package["source"].is_null();
        let text = text_of(if is_own { &workspace } else { folder });
        assert!(
            !text.is_empty(),
            "{name} {version} has no text of its terms"
        );
        listed.push(json!({
            "name": name,
            "version": version,
            "license": package["license"].as_str().unwrap(),
            "text": text,
        }));
    }
    // Linked in with all of them, and in no list of cargo's.
    listed.push(json!({
        "name": "the Rust standard library",
        "version": "",
        "license": "MIT OR Apache-2.0",
        "text": "Copyrights in the Rust project are retained by their contributors. https://www.rust-lang.org/policies/licenses",
    }));

    let expected = format!("{}\n", serde_json::to_string_pretty(&listed).unwrap());
    let path = manifest.join("src/launcher_crates.json");
    if std::env::var_os("EXUVIA_UPDATE").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap();
    assert!(
        found == expected,
        "src/launcher_crates.json is not what Cargo.lock has; run this test with EXUVIA_UPDATE=1 and look at the difference"
    );
}
