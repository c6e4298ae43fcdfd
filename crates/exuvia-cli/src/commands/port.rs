//! `exuvia port`.

use crate::args::{Global, PortArgs};
use crate::failure::{Failure, Outcome};
use crate::session::Session;

pub(super) fn run(global: &Global, args: PortArgs) -> Result<Outcome, Failure> {
    let _ = (Session::open(global)?, args);
    todo!()
}
