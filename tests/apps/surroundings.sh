#!/bin/sh
# Runs a packed program where there is nothing but it, the kernel and the C library.
#
#     surroundings.sh ROOT TMP-OPTIONS WORK-OPTIONS PROGRAM WORK LEFT [NAME=VALUE…] -- [ARGUMENT…]
#
# To be run as the root user of mount and process namespaces of its own. ROOT is a folder with the C library and empty folders
# to mount things at; there, PROGRAM is /program/NAME and the folder WORK is /work, where the program begins with no more
# in its environment than is named here. What is on disk afterwards that was not before is written to the file LEFT.
#
# Exit status: the program's; 125 where the surroundings cannot be made.

root=$1 tmp_options=$2 work_options=$3 program=$4 work=$5 left=$6
shift 6
name=${program##*/}
unshare=$(command -v unshare)

{
    mount --bind "$root" "$root" &&
        mount -t proc none "$root/proc" &&
        mount --rbind /dev "$root/dev" &&
        mount -t tmpfs none "$root/dev/shm" &&
        mount -t tmpfs none "$root/program" &&
        : >"$root/program/$name" &&
        mount --bind "$program" "$root/program/$name" &&
        mount -o remount,bind,ro "$root/program" &&
        mount -t tmpfs -o "$tmp_options" none "$root/tmp" &&
        chmod 1777 "$root/tmp" &&
        mount -t tmpfs none "$root/home" &&
        mount --bind "$work" "$root/work" &&
        mount -o "remount,bind,$work_options" "$root/work" &&
        mount -o remount,bind,ro "$root" &&
        : >"$left"
} || exit 125

# Counted first, so that what is left of "$@" are the arguments.
variables=
while [ "$1" != -- ]; do
    variables="$variables $1"
    shift
done
shift
# No variable's value has a blank in it.
# shellcheck disable=SC2086
env -i $variables "$unshare" --root="$root" --wd=/work "/program/$name" "$@"
status=$?

(cd "$root" && find tmp home dev/shm work -newer "$left" -type f) >"$left.found"
mv "$left.found" "$left"
exit $status
