fn main() {
    exuvia_c_build::Generate::header("include/roman.h")
        .python("python/roman/_api.py")
        .write();
}
