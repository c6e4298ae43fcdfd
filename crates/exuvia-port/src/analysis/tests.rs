use super::*;

fn reason(source: &str, qualname: &str) -> String {
    match portability(source, qualname).unwrap() {
        Portability::Portable => "portable".to_owned(),
        Portability::Refused(refusal) => refusal.to_string(),
        Portability::NotInSource => "not in source".to_owned(),
    }
}

#[test]
fn a_plain_function_can_move() {
    assert_eq!(
        reason(
            "def f(a, /, b=1, *c, d: int = 2, **e) -> int:\n    return a\n",
            "f"
        ),
        "portable"
    );
}

#[test]
fn each_refusal_names_line_and_reason() {
    let cases = [
        ("async def f(): pass", "f", "it is async (line 1)"),
        (
            "def f():\n    x = 1\n    yield x",
            "f",
            "it is a generator (line 3)",
        ),
        (
            "import functools\n@functools.cache\ndef f(): pass",
            "f",
            "it is decorated with @functools.cache (line 2)",
        ),
        ("f = lambda: 1", "<lambda>", "it is a lambda (line 1)"),
        ("f = lambda: 1", "f", "not in source"),
        (
            "def f(): pass\ndef f(): pass",
            "f",
            "the module binds f a second time (line 1)",
        ),
        (
            "def f(): pass\nf = g(f)",
            "f",
            "the module binds f a second time (line 2)",
        ),
        (
            "def f(): pass\ndef g():\n    global f\n    f = 1",
            "f",
            "the module binds f a second time (line 3)",
        ),
        (
            "def f(): pass\nf.cache = {}",
            "f",
            "the module sets an attribute on it, which a compiled function cannot have (line 2)",
        ),
        (
            "try:\n    pass\nexcept E:\n    def f(): pass",
            "f",
            "it is defined under a condition (line 4)",
        ),
        (
            "def f(self): pass",
            "f",
            "its parameter `self` has no name in Rust (line 1)",
        ),
        (
            "class C:\n    def f(self): pass",
            "C.f",
            "it is a method (line 2)",
        ),
        (
            "def f():\n    def g(): pass",
            "f.<locals>.g",
            "it is defined inside another function (line 2)",
        ),
        ("def f(): pass", "g", "not in source"),
    ];
    for (source, qualname, expected) in cases {
        assert_eq!(reason(source, qualname), expected, "{source}");
    }
}

#[test]
fn a_yield_of_an_inner_function_is_not_ones_own() {
    assert_eq!(
        reason("def f():\n    def g():\n        yield 1\n    return g", "f"),
        "portable"
    );
}

#[test]
fn a_local_of_the_same_name_elsewhere_is_no_second_binding() {
    assert_eq!(
        reason(
            "def f(): pass\ndef g():\n    f = 1\nx = [f for f in y]",
            "f"
        ),
        "portable"
    );
}

#[test]
fn a_code_object_is_found_by_its_first_line() {
    let module = ModuleSource::parse("@d\n@e\ndef f(): pass\nx = lambda: 1\n").unwrap();
    assert_eq!(module.function_at(1, "f").unwrap().line, 3);
    assert_eq!(
        module.function_at(4, "<lambda>").unwrap().qualname,
        "<lambda>"
    );
    assert!(module.function_at(3, "f").is_none());
}

#[test]
fn source_and_docstring_are_as_written() {
    let module = ModuleSource::parse(
        "\u{feff}x = 1\ndef f(a = -1):\n    \"\"\"One.\n\n    Two.\"\"\"\n    return a\n",
    )
    .unwrap();
    let function = module.function("f").unwrap();
    assert!(module.source_of(function).starts_with("def f(a = -1):\n"));
    assert!(module.source_of(function).ends_with("return a"));
    assert_eq!(function.docstring.as_deref(), Some("One.\n\n    Two."));
    assert_eq!(function.parameters[0].default, Some(Default::Int(-1)));
}

#[test]
fn a_syntax_error_has_its_line() {
    assert_eq!(ModuleSource::parse("x = 1\ndef f(:\n").unwrap_err().line, 2);
}

#[test]
fn the_main_guard_is_found_either_way_round() {
    assert_eq!(
        ModuleSource::parse("x = 1\nif '__main__' == __name__:\n    x\n")
            .unwrap()
            .main_guard(),
        Some(6)
    );
    assert_eq!(
        ModuleSource::parse("if __name__ == 'app':\n    x\n")
            .unwrap()
            .main_guard(),
        None
    );
}
