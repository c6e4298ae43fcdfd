pub(crate) mod declarations;
pub(crate) mod header;
pub(crate) mod library;
pub(crate) mod python;
