//! Systems that differ from this one, as far as mount namespaces can make them.

use std::path::Path;
use std::process::{Command, Output};

/// Runs a shell script in a mount namespace of its own, as root or as root of a user namespace; `None` where the system allows neither.
pub(crate) fn in_mount_namespace(script: &str, program: &Path, scratch: &Path) -> Option<Output> {
    for flags in [&["-m"][..], &["-rm"]] {
        let able = Command::new("unshare")
            .args(flags)
            .args(["sh", "-c", "mount -t tmpfs none /mnt"])
            .output();
        if able.is_ok_and(|output| output.status.success()) {
            let mut command = Command::new("unshare");
            command
                .args(flags)
                .args(["sh", "-c", script, "sh"])
                .arg(program)
                .arg(scratch);
            command.env_clear().env("PATH", "/usr/bin:/bin");
            loop {
                let output = command.output().unwrap();
                // Another test's thread forked while the program was being written, and its child has not come to `exec`.
                if !String::from_utf8_lossy(&output.stderr).contains("Text file busy") {
                    return Some(output);
                }
            }
        }
    }
    eprintln!("skipped: this system allows no mount namespace (unshare -m)");
    None
}
