fn main() {
    exuvia_c_build::Generate::header("include/doors.h")
        .python("python/doors/_api.py")
        .write();
}
