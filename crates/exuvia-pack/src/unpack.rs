//! Archives of python-build-standalone, unpacked once for each SHA-256.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::{Error, cache};

const ZSTANDARD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
const GZIP: &[u8] = &[0x1f, 0x8b];

/// An archive, unpacked.
pub(crate) struct Unpacked {
    pub(crate) folder: PathBuf,
    pub(crate) sha256: String,
}

/// Whether a file begins as a compressed archive does.
pub(crate) fn is_archive(path: &Path) -> bool {
    let mut start = Vec::new();
    let read = File::open(path).and_then(|file| file.take(4).read_to_end(&mut start));
    read.is_ok() && (start == ZSTANDARD || start.starts_with(GZIP))
}

/// Unpacks an archive into the user's cache folder, under its SHA-256, which is compared with the given one. What was unpacked before
/// is used as it is; of several who unpack at once one wins, and the folder appears whole or not at all.
pub(crate) fn unpack(path: &Path, expected: Option<&str>) -> Result<Unpacked, Error> {
    let unreadable = |source| Error::Read {
        path: path.to_owned(),
        source,
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let sha256 = sum_of(&mut file).map_err(unreadable)?;
    if let Some(expected) = expected.filter(|&expected| expected != sha256) {
        return Err(Error::Refused {
            message: format!(
                "{} is not the archive that is meant: its SHA-256 is {sha256}, and not {expected}",
                path.display()
            ),
            hint: "fetch it again, and take the sum from where the archive is published".to_owned(),
        });
    }
    let pythons = cache::folder("pythons").ok_or_else(|| Error::Refused {
        message: format!("there is no folder to unpack {} into", path.display()),
        hint: "set HOME or XDG_CACHE_HOME".to_owned(),
    })?;
    let folder = pythons.join(&sha256);
    if !folder.is_dir() {
        let unwritable = |source| Error::Write {
            path: pythons.clone(),
            source,
        };
        std::fs::create_dir_all(&pythons).map_err(unwritable)?;
        let scratch = tempfile::Builder::new()
            .prefix(".unpacking-")
            .tempdir_in(&pythons)
            .map_err(unwritable)?;
        file.rewind().map_err(unreadable)?;
        unpack_into(file, scratch.path()).map_err(|error| Error::Unpack {
            archive: path.to_owned(),
            source: error,
        })?;
        match std::fs::rename(scratch.path(), &folder) {
            // The scratch folder's name is gone with it.
            Ok(()) => drop(scratch.keep()),
            Err(_) if folder.is_dir() => {}
            Err(error) => return Err(unwritable(error)),
        }
    }
    Ok(Unpacked { folder, sha256 })
}

fn sum_of(file: &mut File) -> std::io::Result<String> {
    let mut sum = Sha256::new();
    let mut block = vec![0; 1 << 20];
    loop {
        match file.read(&mut block)? {
            0 => break,
            length => sum.update(&block[..length]),
        }
    }
    Ok(sum
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

/// Unpacks everything but object files: what is linked is the static library that is made of them.
fn unpack_into(file: File, folder: &Path) -> std::io::Result<()> {
    let mut file = BufReader::new(file);
    let mut start = [0; 4];
    file.read_exact(&mut start)?;
    file.rewind()?;
    let bytes: Box<dyn Read> = if start == ZSTANDARD {
        Box::new(zstd::Decoder::with_buffer(file)?)
    } else {
        Box::new(flate2::bufread::GzDecoder::new(file))
    };
    let mut archive = tar::Archive::new(bytes);
    archive.set_preserve_permissions(true);
    for entry in archive.entries()? {
        let mut entry = entry?;
        if entry
            .path()?
            .extension()
            .is_some_and(|extension| extension == "o")
        {
            continue;
        }
        // Refuses to write outside of the folder, and says so by giving `false`.
        if !entry.unpack_in(folder)? {
            let path = entry.path()?.display().to_string();
            return Err(std::io::Error::other(format!(
                "{path} would lie outside of the archive's folder"
            )));
        }
    }
    Ok(())
}
