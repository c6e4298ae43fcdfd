//! Weak references: `weakref.ref` and `weakref.proxy`, which do not keep their object alive.

mod anyref;
mod proxy;
mod reference;

pub use self::anyref::{PyWeakref, PyWeakrefMethods};
pub use self::proxy::PyWeakrefProxy;
pub use self::reference::PyWeakrefReference;
