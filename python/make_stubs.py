#!/usr/bin/env python3
"""Writes the type stubs of the Python package: what editors show for classes that are made while it is imported.

    make_stubs.py FOLDER     FOLDER has the package linnet that was built, and gets its .pyi files

The modules are imported and looked at: signatures are those that a program sees, of the engine's functions those that
pybind11 writes into their docstrings. Arguments are Any where a NumPy array, a list or a tensor will do.
"""
import ast
import importlib
import inspect
import pathlib
import pkgutil
import re
import sys
import types

HEADER = "# Written by make_stubs.py from the modules themselves.\nfrom typing import Any\n"
RETURNS = {"fit": "History", "summary": "None", "compile": "None", "save": "None", "save_weights": "None",
           "load_weights": "None", "get_config": "dict[str, Any]", "count_params": "int", "to_json": "str",
           "load_model": "Model", "get_layer": "Layer", "get_weights": "list[Any]", "set_weights": "None",
           "add_weight": "Variable", "is_symbolic": "bool"}
TYPES = {"History": "linnet.keras.callbacks", "Model": "linnet.keras.models", "Layer": "linnet.keras._layer",
         "Variable": "linnet._engine", "Tensor": "linnet._engine"}
PLAIN = ("bool", "int", "float", "str", "None", "Any")


def public_names(module):
    """What a module has for its users: its own things and Linnet's, not what it imports to be made of."""
    if hasattr(module, "__all__"):
        return sorted(module.__all__)
    return sorted(name for name, thing in vars(module).items() if not name.startswith("_") and _is_public(module, thing))


def _is_public(module, thing):
    home = thing.__name__ if isinstance(thing, types.ModuleType) else getattr(thing, "__module__", None)
    if isinstance(thing, types.ModuleType):
        return home.startswith(module.__name__ + ".") and hasattr(module, "__path__")
    if isinstance(thing, (str, int, float, dict, frozenset)):
        return False
    if getattr(thing, "__name__", None) in ("<lambda>", "missing", "define"):
        return False
    helper = home in ("linnet._objects", "linnet._arrays") and not inspect.ismethod(thing)  # get is a method of a class
    return str(home).startswith("linnet") and not helper


def modules(package):
    yield package
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not found.name.rsplit(".", 1)[-1].startswith("_") and found.name != "linnet.as_tensorflow":
            yield importlib.import_module(found.name)


class Stub:
    """The text of one module's stub."""

    def __init__(self, module, names):
        self.module, self.imports, self.lines = module, set(), []
        for name in names:
            self.add(name, getattr(module, name))
        body = "\n".join(self.lines)
        for type_name, home in TYPES.items():
            if re.search(rf"-> .*\b{type_name}\b", body) and home != module.__name__ and type_name not in names:
                self.imports.add(f"from {home} import {type_name}")
        self.text = HEADER + "".join(f"{line}\n" for line in sorted(self.imports)) + "\n" + body + "\n"

    def add(self, name, thing):
        home = thing.__name__ if isinstance(thing, types.ModuleType) else thing.__module__
        if isinstance(thing, types.ModuleType):
            self.imports.add(f"from . import {name} as {name}")
        elif home != self.module.__name__ or thing.__name__ != name:
            self.alias(name, thing, home)
        elif isinstance(thing, type):
            self.add_class(thing)
        else:
            self.lines.append(function_text(name, thing))

    def alias(self, name, thing, home):
        if home == self.module.__name__:
            self.lines.append(f"{name} = {thing.__name__}")
        elif hasattr(sys.modules.get(home), thing.__name__):
            self.imports.add(f"from {home} import {thing.__name__} as {name}")
        else:  # a method, or a function that another function has made
            self.lines.append(function_text(name, thing))

    def add_class(self, cls):
        bases = []
        for base in cls.__bases__:
            if base.__module__ == "builtins":
                bases += [base.__name__] * (base is not object and not base.__name__.startswith("pybind11"))
            elif not base.__module__.startswith("pybind11"):
                bases.append(base.__name__)
                if base.__module__ != self.module.__name__ and base.__name__ not in public_names(self.module):
                    self.imports.add(f"from {base.__module__} import {base.__name__}")
        members = [member_text(name, member) for name, member in vars(cls).items()
                   if not name.startswith("_") or name in ("__init__", "__call__", "__getattr__", "__enter__", "__exit__")]
        members = [text for text in members if text]
        lines = [f"class {cls.__name__}" + (f"({', '.join(bases)})" if bases else "") + ":"]
        lines += [f"    {docstring(cls)}"] if cls.__doc__ else []
        lines += ["    " + line for text in members for line in text.splitlines()]
        self.lines += lines + ([] if len(lines) > 1 else ["    ..."]) + [""]


def docstring(thing):
    text = inspect.cleandoc(thing.__doc__ or "").replace("\\", "\\\\").replace('"""', "'''")
    return f'"""{text}"""' if "\n" not in text else '"""' + text.replace("\n", "\n    ") + '\n    """'


def member_text(name, member):
    if isinstance(member, property) or type(member).__name__ == "pybind11_static_property":
        text = f"@property\ndef {name}(self) -> {RETURNS.get(name, 'Any')}: ..."
        if isinstance(member, property) and member.fset is not None:
            text += f"\n@{name}.setter\ndef {name}(self, value: Any) -> None: ..."
        return text
    if isinstance(member, (classmethod, staticmethod)):
        kind = type(member).__name__
        return f"@{kind}\n{function_text(name, member.__func__)}"
    if callable(member) and not isinstance(member, type):
        return function_text(name, member)
    if isinstance(member, (bool, int, float, str, tuple)):
        return f"{name}: {type(member).__name__}"
    return ""


def function_text(name, function):
    signature = _python_signature(function) or _engine_signature(function) or "(*args: Any, **kwargs: Any) -> Any"
    if name == "__init__":
        signature = signature.rsplit(" -> ", 1)[0] + " -> None"
    elif name in RETURNS and function.__module__ not in (None, "linnet._engine"):
        signature = signature.rsplit(" -> ", 1)[0] + f" -> {RETURNS[name]}"
    return f"def {name}{signature}: ..."


def _python_signature(function):
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    parameters = [parameter.replace(annotation=parameter.empty, default=_default(parameter.default))
                  for parameter in signature.parameters.values()]
    return str(signature.replace(parameters=parameters, return_annotation=inspect.Signature.empty)) + " -> Any"


class _Ellipsis:
    def __repr__(self):
        return "..."


def _default(value):
    plain = value is inspect.Parameter.empty or value is None or isinstance(value, (bool, int, float, str, tuple))
    return value if plain else _Ellipsis()


def _engine_signature(function):
    """From the first line that pybind11 writes: name(x: Tensor, axis: object = None) -> Tensor."""
    if "Overloaded function." in (function.__doc__ or "") and function.__name__ == "__init__":
        return "(self, *args: Any, **kwargs: Any) -> None"
    found = re.search(r"^(?:1\. )?\w+(\(.*\))(?: -> (.*))?$", function.__doc__ or "", re.M)
    if found is None:
        return None
    arguments = re.sub(r"<[^<>]*(<[^<>]*>)?[^<>]*>", "...", found[1])
    try:
        parsed = ast.parse(f"def f{arguments}: ...").body[0].args
    except SyntaxError:
        return None
    for each in parsed.args:
        if each.annotation is not None:
            plain = ast.unparse(each.annotation)
            each.annotation = ast.Name(plain if plain in PLAIN else "Any") if each.arg != "self" else None
    result = (found[2] or "Any").rsplit(".", 1)[-1]
    result = result if result in PLAIN or result in ("Tensor", "Variable") else "Any"
    return f"({ast.unparse(parsed)}) -> {result}"


def main():
    folder = pathlib.Path(sys.argv[1])
    sys.path.insert(0, str(folder))
    sys.dont_write_bytecode = True
    import linnet
    stubs = {module: public_names(module) for module in modules(linnet)}
    engine = linnet._engine
    for module in (engine, engine.ops):
        stubs[module] = sorted(name for name in vars(module) if not name.startswith("_"))
    for module, names in stubs.items():
        path = folder / module.__name__.replace(".", "/")
        is_package = hasattr(module, "__path__") or module is engine
        path = path / "__init__.pyi" if is_package else path.with_suffix(".pyi")
        path.parent.mkdir(exist_ok=True)
        text = Stub(module, names).text
        if not path.exists() or path.read_text() != text:
            path.write_text(text)


if __name__ == "__main__":
    main()
