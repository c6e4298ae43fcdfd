//! What modules of the standard library get beside their own, because they look at the machine that Python was installed on, or at how it was started.

use std::borrow::Cow;
use std::ffi::{CStr, CString};
use std::path::Path;
use std::sync::OnceLock;

use exuvia::prelude::*;
use exuvia::types::PyDict;

/// Finds packed libraries. Python's own function runs programs of the machine for that, and none is needed for those that are packed.
const CTYPES_UTIL: &CStr = c"
def find_library(name, *, _packed=__loader__._library, _on_disk=find_library):
    return _packed(name) or _on_disk(name)
";

/// Finds the certificates that the machine trusts where OpenSSL, as it was built, looks in vain: distributions keep them in different places. The files are
/// those that Go's `crypto/x509` knows (root_linux.go). What the environment names goes before, as OpenSSL has it.
const SSL: &CStr = c"
def get_default_verify_paths(*, _of_openssl=get_default_verify_paths):
    import os
    paths = _of_openssl()
    if paths.cafile or paths.capath or {paths.openssl_cafile_env, paths.openssl_capath_env} & {*os.environ}:
        return paths
    for place in (
        '/etc/ssl/certs/ca-certificates.crt',
        '/etc/pki/tls/certs/ca-bundle.crt',
        '/etc/ssl/ca-bundle.pem',
        '/etc/pki/tls/cacert.pem',
        '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
        '/etc/ssl/cert.pem',
    ):
        if os.path.isfile(place):
            return paths._replace(cafile=place)
    return paths

def _set_default_verify_paths(context, *, _of_openssl=_SSLContext.set_default_verify_paths):
    import os
    _of_openssl(context)
    place = get_default_verify_paths().cafile
    if place and place != os.environ.get('SSL_CERT_FILE'):
        context.load_verify_locations(place)

SSLContext.set_default_verify_paths = _set_default_verify_paths
";

/// Options that children of Python are not given though `sys.flags` tells them.
static OWN_OPTIONS: OnceLock<Vec<&'static str>> = OnceLock::new();

/// Keeps these options from the children that are started as this process was, as those of `multiprocessing` are.
pub(crate) fn keep_from_children(options: Vec<&'static str>) {
    OWN_OPTIONS.get_or_init(|| options);
}

/// Leaves these options out of those that children are given.
fn subprocess(options: &[&str]) -> CString {
    let code = format!(
        "
def _args_from_interpreter_flags(*, _of_flags=_args_from_interpreter_flags):
    return [option for option in _of_flags() if option not in {options:?}]
"
    );
    CString::new(code).unwrap_or_default()
}

/// Gives a module that was just run what it needs beside its own.
pub(super) fn amend(name: &str, globals: &Bound<'_, PyDict>) -> PyResult<()> {
    let code = match name {
        "ctypes.util" => Cow::Borrowed(CTYPES_UTIL),
        "ssl" if !has_certificates(globals)? => Cow::Borrowed(SSL),
        "subprocess" => Cow::Owned(subprocess(OWN_OPTIONS.get().map_or(&[], Vec::as_slice))),
        _ => return Ok(()),
    };
    globals.py().run(&code, Some(globals), None)
}

/// Whether there are certificates where OpenSSL, as it was built, looks for them.
fn has_certificates(globals: &Bound<'_, PyDict>) -> PyResult<bool> {
    let Some(ssl) = globals.get_item("_ssl")? else {
        return Ok(true);
    };
    let (_, file, _, folder): (String, String, String, String) =
        ssl.call_method0("get_default_verify_paths")?.extract()?;
    Ok([file, folder].iter().any(|place| Path::new(place).exists()))
}
