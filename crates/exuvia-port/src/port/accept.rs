//! Takes a person's word that Rust does what its changed Python does.

use std::fs;

use super::PortError;
use crate::changes::Changes;
use crate::draft::krate::Krate;
use crate::ported::python_digest;
use crate::{FunctionName, Project};

/// Lets `functions`, or all ports where it is empty, count as written from the Python of today: they are drifted no longer.
/// Returns those that were.
///
/// # Errors
///
/// A function is not ported, or a file cannot be read or written. Nothing is changed then.
pub fn accept(
    project: &Project,
    functions: &[FunctionName],
) -> Result<Vec<FunctionName>, PortError> {
    let mut krate = Krate::open(project)?;
    let mut items: Vec<_> = krate
        .iter_mut()
        .flat_map(|krate| krate.groups.values_mut())
        .flat_map(|file| &mut file.items)
        .collect();
    if let Some(name) = functions
        .iter()
        .find(|name| items.iter().all(|item| item.header.name != **name))
    {
        return Err(PortError::NotPorted {
            name: name.clone(),
            task: "accept",
        });
    }
    let mut accepted = Vec::new();
    for item in &mut items {
        let name = item.header.name.clone();
        let file = project.root().join(&item.header.file);
        let python = match fs::read_to_string(&file) {
            Ok(text) => python_digest(&text, item),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(source) => return Err(PortError::Read { file, source }),
        };
        let is_asked = functions.is_empty() || functions.contains(&name);
        if let Some(python) = python.filter(|python| is_asked && *python != item.header.python) {
            item.header.python = python;
            accepted.push(name);
        }
    }
    if let Some(krate) = &krate {
        let mut changes = Changes::default();
        krate.plan(&mut changes)?;
        changes.apply()?;
    }
    accepted.sort();
    Ok(accepted)
}
