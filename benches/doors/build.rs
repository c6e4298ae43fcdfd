fn main() {
    exuvia_c_build::Generate::header("include/doorbench.h")
        .python("python/doorbench/_api.py")
        .write();
}
