//! Builds the launchers for every version of Python into a folder, for `EXUVIA_LAUNCHERS` when `exuvia` is built for others.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use exuvia_pack::{Half, PYTHON_VERSIONS, build_half};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let Some(folder) = arguments.next().map(PathBuf::from) else {
        eprintln!("usage: exuvia-launchers FOLDER [VERSION...]");
        return ExitCode::from(2);
    };
    let chosen: Vec<String> = arguments
        .map(|version| version.to_string_lossy().into_owned())
        .collect();
    let versions = PYTHON_VERSIONS
        .iter()
        .filter(|version| chosen.is_empty() || chosen.iter().any(|each| each == *version));
    let halves = versions
        .flat_map(|version| [Half::Static(version), Half::Shared(version)])
        .chain([Half::Front]);
    for half in halves {
        if let Err(reason) = write(half, &folder) {
            eprintln!("error: {reason}");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

fn write(half: Half, folder: &Path) -> Result<(), String> {
    const LEVEL: i32 = 19;
    let built = build_half(half).map_err(|error| error.to_string())?;
    let said = |error: std::io::Error| {
        format!(
            "writing {} to {}: {error}",
            half.file_name(),
            folder.display()
        )
    };
    std::fs::create_dir_all(folder).map_err(said)?;
    let packed =
        zstd::encode_all(std::fs::File::open(&built).map_err(said)?, LEVEL).map_err(said)?;
    let path = folder.join(format!("{}.zst", half.file_name()));
    std::fs::write(&path, &packed).map_err(said)?;
    println!("{}: {} bytes", path.display(), packed.len());
    Ok(())
}
