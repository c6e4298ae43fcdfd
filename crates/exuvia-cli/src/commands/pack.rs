//! `exuvia pack`.

use crate::args::{Global, PackArgs};
use crate::failure::{Failure, Outcome};

pub(super) fn run(global: &Global, args: PackArgs) -> Result<Outcome, Failure> {
    let _ = (global, args);
    todo!()
}
