//! Bytecode for the modules of a collection, made by the interpreter that will run it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use exuvia_archive::ModuleKind;

use crate::Error;
use crate::collect::{Collection, Contents};
use crate::interpreter::{Interpreter, run_repeatably};
use crate::marshal;

/// The parts of the program that compiles; it begins to run in the last.
const COMPILE: &str = concat!(
    include_str!("python/bytecode.py"),
    include_str!("python/compile.py"),
);

/// What compiling made of a source file.
#[derive(Debug, Clone)]
pub(crate) enum Compiled {
    Code(Code),
    /// The interpreter's words about why it does not compile.
    Failed(String),
}

/// A compiled module.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    /// A marshalled code object, as [`marshal::canonical`] writes it.
    pub(crate) marshalled: Vec<u8>,
    /// Names that it imports when it runs, in order; those of attributes are among them.
    pub(crate) imports: Vec<String>,
    /// Names that its functions import.
    pub(crate) imports_later: Vec<String>,
}

/// A source to be compiled.
struct Source {
    /// Path in the archive.
    name: String,
    place: PathBuf,
    /// What relative imports in it start from.
    package: String,
}

/// Compiles every module that has a source, by the path of the source in the archive.
pub(crate) fn compile(
    interpreter: &Interpreter,
    collection: &Collection,
) -> Result<BTreeMap<String, Compiled>, Error> {
    let python = interpreter.executable.as_path();
    let mut on_disk = Vec::new();
    let scratch = tempfile::tempdir().map_err(|source| Error::Write {
        path: std::env::temp_dir(),
        source,
    })?;
    for (name, module) in &collection.modules {
        // A script may have any name.
        if matches!(
            module.kind,
            ModuleKind::Extension | ModuleKind::ExtensionPackage
        ) {
            continue;
        }
        let Some(file) = collection.files.get(&module.file) else {
            continue;
        };
        let place = match &file.contents {
            Contents::OnDisk(place) => place.clone(),
            Contents::Bytes(bytes) => {
                let place = scratch.path().join("main.py");
                std::fs::write(&place, bytes).map_err(|source| Error::Write {
                    path: place.clone(),
                    source,
                })?;
                place
            }
        };
        let package = if module.kind.is_package() {
            name
        } else {
            name.rsplit_once('.').map_or("", |(package, _)| package)
        };
        on_disk.push(Source {
            name: module.file.clone(),
            place,
            package: package.to_owned(),
        });
    }
    // Neighbours in the listing differ in size less than its halves do.
    let workers = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(8);
    let mut shares: Vec<Vec<_>> = vec![Vec::new(); workers];
    for (at, each) in on_disk.iter().enumerate() {
        shares[at % workers].push(each);
    }
    let results = std::thread::scope(|scope| {
        let running: Vec<_> = shares
            .iter()
            .map(|share| scope.spawn(|| compile_share(python, interpreter, share)))
            .collect();
        running
            .into_iter()
            .map(|worker| {
                worker
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .collect::<Vec<_>>()
    });
    let mut compiled = BTreeMap::new();
    for result in results {
        compiled.extend(result?);
    }
    Ok(compiled)
}

fn compile_share(
    python: &Path,
    interpreter: &Interpreter,
    share: &[&Source],
) -> Result<Vec<(String, Compiled)>, Error> {
    let failed = |reason: &str| Error::Interpreter {
        python: python.to_owned(),
        reason: reason.to_owned(),
    };
    let question: Vec<_> = share
        .iter()
        .map(|source| (&source.place, &source.name, &source.package))
        .collect();
    let question = serde_json::to_vec(&question).map_err(|error| failed(&error.to_string()))?;
    let output = run_repeatably(python, COMPILE, &question)?;
    let mut rest = output.as_slice();
    let mut compiled = Vec::with_capacity(share.len());
    for source in share {
        let mut result =
            next_result(&mut rest).ok_or_else(|| failed("the compiler's answer is cut short"))?;
        if let Compiled::Code(code) = &mut result {
            code.marshalled =
                marshal::canonical(&code.marshalled, interpreter.version.1, &source.name)
                    .ok_or_else(|| Error::Compile {
                        path: source.name.clone(),
                        reason: "what the interpreter made of it is no code object of its version"
                            .to_owned(),
                    })?;
        }
        compiled.push((source.name.clone(), result));
    }
    Ok(compiled)
}

/// Takes one result off the front, as `compile.py` writes them.
fn next_result(rest: &mut &[u8]) -> Option<Compiled> {
    let marshalled = match next_block(rest)? {
        Ok(code) => code.to_vec(),
        Err(message) => {
            return Some(Compiled::Failed(
                String::from_utf8_lossy(message).into_owned(),
            ));
        }
    };
    let names = String::from_utf8_lossy(next_block(rest)?.ok()?);
    let mut names = names.split('\n').map(str::to_owned);
    let imports = names.by_ref().take_while(|name| !name.is_empty()).collect();
    Some(Compiled::Code(Code {
        marshalled,
        imports,
        imports_later: names.filter(|name| !name.is_empty()).collect(),
    }))
}

/// Takes one block off the front: `Err` for a message.
fn next_block<'b>(rest: &mut &'b [u8]) -> Option<Result<&'b [u8], &'b [u8]>> {
    let (head, tail) = rest.split_first_chunk()?;
    let length = i64::from_le_bytes(*head);
    // A message is written with its length negated and one less, so that an empty one is below zero too.
    let is_code = length >= 0;
    let length = usize::try_from(if is_code { length } else { -(length + 1) }).ok()?;
    let (body, tail) = tail.split_at_checked(length)?;
    *rest = tail;
    Some(if is_code { Ok(body) } else { Err(body) })
}
