//! `exuvia develop`.

use crate::args::{DevelopArgs, Global};
use crate::failure::{Failure, Outcome};
use crate::session::Session;

pub(super) fn run(global: &Global, args: &DevelopArgs) -> Result<Outcome, Failure> {
    let _ = (Session::open(global)?, args);
    todo!()
}
