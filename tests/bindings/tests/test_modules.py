"""Modules: declared as functions and as `mod`s, nested, and made at run time."""

import inspect
import subprocess
import sys
import types

import exuvia_bindings_tests
import pytest
from exuvia_bindings_tests import function_form, modules


def test_the_root():
    assert exuvia_bindings_tests.__doc__ == "Everything the tests call."
    assert exuvia_bindings_tests.ENGINE in ("exuvia", "PyO3")


def test_members_of_the_mod_form():
    assert modules.in_module() == "in modules"
    assert type(modules.InModule()).__module__ == "modules"
    assert (modules.ANSWER, modules.greeting) == (42, "hello")
    assert modules.not_hidden() is True
    assert not hasattr(modules, "hidden")
    assert not hasattr(modules, "init")
    assert modules.initialised == "modules"
    assert modules.short_form_renamed.present is True


def test_members_of_the_function_form():
    assert function_form.plain() == "plain"
    assert function_form.constant == 42
    assert function_form.EXCEPTION is ValueError
    assert function_form.inner.depth == 2
    assert isinstance(function_form.InFunctionForm(), function_form.InFunctionForm)
    assert function_form.InFunctionForm.__module__ == "exuvia_bindings_tests.function_form"
    assert function_form.__doc__ == "The function form."


def test_functions_marked_in_the_function_form():
    assert function_form.marked() == "plain"
    assert function_form.marked.__doc__ == "Added where it stands."
    assert function_form.renamed_mark(1) == ("function_form", 3)
    assert {"marked", "renamed_mark"} <= set(function_form.__all__)


def test_what_completes_a_module_takes_what_it_needs():
    assert modules.initialised_without_a_module() is True
    assert modules.with_unit.__name__ == "modules.with_unit"
    assert modules.with_token.__name__ == "modules.with_token"
    assert modules.with_both.nothing is None


def test_a_module_named_by_a_keyword_of_rust():
    assert modules.type.__name__ == "modules.type"
    assert modules.type.Inner.__module__ == "modules.type"


def test_documentation():
    assert modules.__doc__ == "The `mod` form.\n\nHolds one of each thing a module can hold."
    assert inspect.getdoc(modules.nested) == "A module in a module."


def test_nesting():
    assert modules.nested.in_nested() == "in nested"
    assert modules.nested.__name__ == "modules.nested"
    assert modules.nested.Deep.__module__ == "modules.nested"
    assert isinstance(modules.nested.renamed_nested, types.ModuleType)


def test_all_lists_every_member():
    public = {name for name in dir(modules) if not name.startswith("_")}
    assert set(modules.__all__) == public
    assert {"constant", "plain", "InFunctionForm", "inner", "EXCEPTION"} <= set(function_form.__all__)


def test_star_import():
    names = {}
    exec("from exuvia_bindings_tests import *", names)
    assert names["modules"] is modules


def test_a_module_made_at_run_time():
    module = modules.make_module()
    assert type(module) is types.ModuleType
    assert (module.__name__, module.answer) == ("made_at_run_time", 42)
    assert module.in_module() == "in modules"
    assert module.in_module.__module__ == "made_at_run_time"
    assert modules.make_module() is not module


def test_modules_as_arguments():
    name, members, has_name = modules.module_facts(modules)
    assert name == "modules"
    assert members == len(modules.__all__)
    assert has_name
    with pytest.raises(TypeError, match="'int' object is not an instance of 'module'"):
        modules.module_facts(5)


def test_from_code():
    assert modules.from_code() == 42
    with pytest.raises(SyntaxError) as caught:
        modules.from_bad_code()
    assert caught.value.filename == "bad_code.py"


def test_imports():
    assert modules.import_json('{"a": [1, null]}') == {"a": [1, None]}
    assert modules.import_by_name("sys") is sys
    with pytest.raises(ModuleNotFoundError, match="No module named 'no_such_module'"):
        modules.import_by_name("no_such_module")


def test_a_module_wrapped_at_run_time():
    parent = types.ModuleType("parent")
    modules.wrap_at_run_time(parent)
    assert parent.function_form.constant == 42


def test_a_fresh_process_imports_quietly():
    code = "import exuvia_bindings_tests as m; print(m.functions.add(1, 2))"
    done = subprocess.run([sys.executable, "-W", "error", "-X", "dev", "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "3\n", "")
