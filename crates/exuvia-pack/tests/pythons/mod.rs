//! The interpreters that packing is tested with.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

/// The Pythons of this machine that can be packed, one of each minor version.
pub(crate) fn pythons() -> BTreeMap<String, PathBuf> {
    let mut candidates: Vec<PathBuf> = [
        "python3",
        "python3.10",
        "python3.11",
        "python3.12",
        "python3.13",
    ]
    .iter()
    .map(PathBuf::from)
    .collect();
    let home = std::env::var_os("HOME")
        .map(PathBuf::from)
        .unwrap_or_default();
    if let Ok(versions) = std::fs::read_dir(home.join(".pyenv/versions")) {
        candidates.extend(
            versions
                .flatten()
                .map(|version| version.path().join("bin/python")),
        );
    }
    let only = std::env::var("EXUVIA_TEST_PYTHON").ok();
    let mut found = BTreeMap::new();
    for python in candidates {
        let question = "import sys; print('%d.%d' % sys.version_info[:2], sys.implementation.name, sys.executable)";
        let Ok(output) = Command::new(&python).args(["-I", "-c", question]).output() else {
            continue;
        };
        let answer = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut words = answer.split_whitespace();
        let (Some(version), Some("cpython"), Some(executable)) =
            (words.next(), words.next(), words.next())
        else {
            continue;
        };
        if exuvia_pack::PYTHON_VERSIONS.contains(&version)
            && only.as_deref().is_none_or(|only| only == version)
        {
            found
                .entry(version.to_owned())
                .or_insert_with(|| PathBuf::from(executable));
        }
    }
    assert!(
        !found.is_empty(),
        "there is no CPython 3.10 to 3.13 on this machine to test with"
    );
    found
}
