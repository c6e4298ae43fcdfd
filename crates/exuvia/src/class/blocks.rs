/*!
Classes with several `#[pymethods]` blocks (feature `multiple-pymethods`).

A class cannot name the blocks, which may be anywhere in the crate. Each is put on a list when the library is loaded, and found there when
the type object is made.
*/

use crate::class::builder::Class;
use crate::class::description::{Describe, Description};

/// What one block says of a class.
pub struct Block {
    class: &'static Class,
    describe: Describe,
}

impl Block {
    /// A block of the class.
    pub const fn new(class: &'static Class, describe: fn(&mut Description)) -> Self {
        Block { class, describe }
    }
}

inventory::collect!(Block);

/// Says what the blocks of the class say, in any order.
pub(crate) fn describe(class: &Class, description: &mut Description) {
    for block in inventory::iter::<Block> {
        if std::ptr::eq(block.class, class) {
            (block.describe)(description);
        }
    }
}
