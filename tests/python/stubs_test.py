"""The type stubs say what the modules have, and everything public has a docstring."""
import ast
import importlib
import inspect
import pathlib
import pkgutil
import types

import pytest

import linnet

FOLDER = pathlib.Path(linnet.__file__).parent
MODULES = ["linnet"] + sorted(found.name for found in pkgutil.walk_packages(linnet.__path__, "linnet.")
                              if not any(part.startswith("_") or part == "as_tensorflow" for part in found.name.split(".")))


def stub_of(name):
    path = FOLDER.parent / name.replace(".", "/")
    return ast.parse((path / "__init__.pyi" if path.is_dir() else path.with_suffix(".pyi")).read_text())


def names_in(stub):
    names = set()
    for node in stub.body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names.add(node.targets[0].id)
        elif isinstance(node, ast.ImportFrom):
            names.update(alias.asname for alias in node.names if alias.asname)
    return names


def own(module):
    """What users of a module find in it, decided by where it comes from."""
    helpers = {"EngineObject", "define", "missing", "to_snake_case", "shared_tensor", "dataset_of", "is_array"}
    for name, thing in vars(module).items():
        if name.startswith("_") or name in helpers or isinstance(thing, types.ModuleType):
            continue
        if (isinstance(thing, type) or callable(thing)) and str(getattr(thing, "__module__", "")).startswith("linnet"):
            yield name, thing


def test_there_are_stubs_and_a_mark():
    assert (FOLDER / "py.typed").is_file() and len(MODULES) > 15


@pytest.mark.parametrize("name", MODULES)
def test_the_same_names(name):
    module, stub = importlib.import_module(name), names_in(stub_of(name))
    expected = set(module.__all__) if hasattr(module, "__all__") else {each for each, _ in own(module)}
    assert expected - stub == set()
    assert all(hasattr(module, each) for each in stub)


@pytest.mark.parametrize("name", MODULES)
def test_the_same_arguments(name):
    module = importlib.import_module(name)
    checked = 0
    for node in stub_of(name).body:
        if isinstance(node, ast.ClassDef):
            cls = getattr(module, node.name)
            pairs = [(f"{node.name}.{method.name}", inspect.getattr_static(cls, method.name), method)
                     for method in node.body if isinstance(method, ast.FunctionDef)]
        elif isinstance(node, ast.FunctionDef):
            pairs = [(node.name, getattr(module, node.name), node)]
        else:
            continue
        for where, function, definition in pairs:
            if isinstance(function, (classmethod, staticmethod)):
                function = function.__func__
            if isinstance(function, property) or not inspect.isfunction(function):
                continue
            parameters = inspect.signature(function).parameters.values()
            written = definition.args
            assert [p.name for p in parameters if p.kind == p.POSITIONAL_OR_KEYWORD] == [a.arg for a in written.args], where
            assert [p.name for p in parameters if p.kind == p.KEYWORD_ONLY] == [a.arg for a in written.kwonlyargs], where
            assert sum(p.default is not p.empty for p in parameters if p.kind == p.POSITIONAL_OR_KEYWORD) == len(
                written.defaults), where
            checked += 1
    assert checked > 0 or all(getattr(thing, "__module__", name) != name or not inspect.isfunction(thing)
                              for _, thing in own(module))


@pytest.mark.parametrize("name", MODULES)
def test_everything_has_a_docstring(name):
    module = importlib.import_module(name)
    missing = [] if module.__doc__ else ["the module"]
    for each, thing in own(module):
        if not getattr(thing, "__doc__", None):
            missing.append(each)
    assert missing == []
