//! Modules of the standard library whose libraries are under the GNU General Public License. They stay out unless they are asked for.

use crate::collect::Collection;

/// A module, and the library that it is usually linked with. Both libraries are under version 3 of the GPL or a later one.
const MODULES: &[(&str, &str)] = &[("_gdbm", "GNU dbm"), ("readline", "GNU Readline")];

/// What it means that such modules came along, a note for each.
pub(crate) fn notes(collection: &Collection) -> Vec<String> {
    MODULES
        .iter()
        .filter_map(|(module, library)| {
            let found = collection.modules.get(*module)?;
            let file = collection.files.get(&found.file)?;
            // The stand-in for GNU Readline that is under the BSD licence.
            let has_other = file.needs.iter().any(|path| path.contains("/libedit."));
            Some(if has_other {
                format!("{module} came along with libedit, which is not under the GPL")
            } else {
                format!(
                    "{module} came along with {library}, which is under the GPL: whoever passes the file on has to do so under the GPL's terms, \
                     sources included"
                )
            })
        })
        .collect()
}
