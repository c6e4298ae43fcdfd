/*!
The inside of Python's objects: items of tuples and lists, the functions of a type, the flags of a type.

A build for one version of Python reads them where they lie (`direct`); one that many versions can import asks functions of the
limited API (`stable`, PEP 384). Both have the same functions, and the rest of the crate calls them by one name.
*/

#[cfg(not(Py_LIMITED_API))]
mod direct;
#[cfg(Py_LIMITED_API)]
mod stable;

#[cfg(not(Py_LIMITED_API))]
pub(crate) use self::direct::*;
#[cfg(Py_LIMITED_API)]
pub(crate) use self::stable::*;
