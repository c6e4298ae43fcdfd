//! What an application reaches when it runs, and in which order: by the imports in its bytecode.
//!
//! The order decides where bytecode lies in the archive, so that a start reads it from front to back; what is reached decides
//! what is stored as it is, because it is used at each start or soon after. Neither decides what is packed.

use std::collections::{BTreeMap, HashMap};

use crate::collect::Collection;
use crate::compile::{Code, Compiled};

/// When a module comes into use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Use {
    /// By the imports that run when the application starts.
    Start,
    /// By imports in functions.
    Later,
    /// By nothing that is known.
    Unknown,
}

/// What the interpreter itself imports before any application (`exuvia-embed`), as far as it is not built in or frozen.
const STARTUP: &[&str] = &[
    "encodings",
    "encodings.aliases",
    "encodings.utf_8",
    "codecs",
    "io",
    "abc",
    "encodings.latin_1",
    "_sitebuiltins",
];

/// The modules of a collection in the order in which they come into use.
///
/// `main` is the name of the module that is run; its `__main__`, and that of the archive, count as run as well. `before` are the modules that are
/// imported before it. `tried` are the modules that a trial imported, in that order.
pub(crate) fn order(
    collection: &Collection,
    compiled: &BTreeMap<String, Compiled>,
    main: &str,
    before: &[&str],
    tried: &[String],
) -> Vec<(String, Use)> {
    let mut walk = Walk {
        collection,
        compiled,
        reached: HashMap::new(),
        order: Vec::new(),
    };
    let main_of = format!("{main}.__main__");
    let first = STARTUP.iter().chain(before).copied();
    for name in first.chain(["__main__", main, &main_of]) {
        walk.follow(name, Use::Start);
    }
    for name in tried {
        walk.follow(name, Use::Later);
    }
    // The list grows as it is walked.
    let mut at = 0;
    while let Some((name, _)) = walk.order.get(at) {
        let name = name.clone();
        for import in walk.code(&name).map_or(&[][..], |code| &code.imports_later) {
            walk.follow(import, Use::Later);
        }
        at += 1;
    }
    for name in collection.modules.keys() {
        walk.follow(name, Use::Unknown);
    }
    walk.order
}

struct Walk<'c> {
    collection: &'c Collection,
    compiled: &'c BTreeMap<String, Compiled>,
    reached: HashMap<String, Use>,
    order: Vec<(String, Use)>,
}

impl<'c> Walk<'c> {
    fn code(&self, name: &str) -> Option<&'c Code> {
        let module = self.collection.modules.get(name)?;
        match self.compiled.get(&module.file)? {
            Compiled::Code(code) => Some(code),
            Compiled::Failed(_) => None,
        }
    }

    /// Takes a module and the packages around it, and what they import at once, each before what it imports: a module's code is read
    /// before it runs.
    fn follow(&mut self, name: &str, when: Use) {
        // Names are followed by a list and not by recursion: chains of imports may be long.
        let mut pending = vec![name.to_owned()];
        while let Some(name) = pending.pop() {
            if let Some((package, _)) = name.rsplit_once('.')
                && !self.reached.contains_key(package)
                && self.collection.modules.contains_key(package)
            {
                pending.push(name.clone());
                pending.push(package.to_owned());
                continue;
            }
            if self.reached.contains_key(&name) || !self.collection.modules.contains_key(&name) {
                continue;
            }
            self.reached.insert(name.clone(), when);
            self.order.push((name.clone(), when));
            // What is taken for granted to come along is not reached by that.
            if when != Use::Unknown
                && let Some(code) = self.code(&name)
            {
                pending.extend(code.imports.iter().rev().cloned());
            }
        }
    }
}
