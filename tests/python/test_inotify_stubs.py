# SPDX-License-Identifier: MIT
"""_inotify-stubs names exactly what the module has, with the same signatures."""

import ast
import inspect
import os
import unittest

import _inotify


def find_stub():
    """Beside the module, as it is installed, else in the source tree."""
    here = os.path.dirname(os.path.abspath(__file__))
    for folder in (
        os.path.dirname(os.path.abspath(_inotify.__file__)),
        os.path.join(here, "..", "..", "python"),
    ):
        path = os.path.join(folder, "_inotify-stubs", "__init__.pyi")
        if os.path.exists(path):
            return path
    raise FileNotFoundError("_inotify-stubs/__init__.pyi")


class Stubs(unittest.TestCase):
    def setUp(self):
        with open(find_stub(), encoding="utf-8") as file:
            self.body = ast.parse(file.read()).body

    def test_constants(self):
        stub = [node.target.id for node in self.body if isinstance(node, ast.AnnAssign)]
        self.assertEqual(len(stub), len(set(stub)))
        self.assertEqual(set(stub), {name for name in dir(_inotify) if name.isupper()})

    def test_functions(self):
        stub = {node.name for node in self.body if isinstance(node, ast.FunctionDef)}
        module = {
            name
            for name in dir(_inotify)
            if inspect.isroutine(getattr(_inotify, name)) and not name.startswith("__")
        }
        self.assertEqual(stub, module)

    def classes(self):
        """Those of the stub that the module must have, with their types."""
        for node in self.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield node, getattr(_inotify, node.name)

    def test_classes(self):
        stub = {node.name for node, _ in self.classes()}
        module = {name for name in dir(_inotify) if inspect.isclass(getattr(_inotify, name))}
        self.assertEqual(stub, module)

    def test_attributes(self):
        for node, kind in self.classes():
            stub = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
            hidden = {"__init__", "__iter__", "__next__"}
            names = {name for name in vars(kind) if not name.startswith("__")}
            self.assertEqual(stub - hidden, names, node.name)

    def test_methods(self):
        for node, kind in self.classes():
            for item in node.body:
                if not isinstance(item, ast.FunctionDef) or item.decorator_list:
                    continue
                if item.name in ("__iter__", "__next__"):
                    continue
                if item.name == "__init__" and kind.__text_signature__ is None:
                    continue  # Python 3.9 drops it from the types of extensions
                of = kind if item.name == "__init__" else getattr(kind, item.name)
                args = item.args
                self.assertIn(
                    [argument.arg for argument in args.args + args.kwonlyargs],
                    (
                        list(inspect.signature(of).parameters),
                        ["self"] + list(inspect.signature(of).parameters),
                    ),
                    item.name,
                )
                for found, value in zip(args.kwonlyargs, args.kw_defaults):
                    default = inspect.signature(of).parameters[found.arg].default
                    self.assertEqual(ast.literal_eval(value), default)

    def test_signatures(self):
        for node in self.body:
            if not isinstance(node, ast.FunctionDef):
                continue
            args = node.args
            self.assertFalse(args.vararg or args.kwarg or args.kwonlyargs)
            arguments = args.args
            values = [ast.literal_eval(value) for value in args.defaults]
            empty = inspect.Parameter.empty
            values = [empty] * (len(arguments) - len(values)) + values
            signature = inspect.signature(getattr(_inotify, node.name))
            self.assertEqual(
                [(p.name, p.default) for p in signature.parameters.values()],
                list(zip([argument.arg for argument in arguments], values)),
                node.name,
            )
            for parameter in signature.parameters.values():
                self.assertIs(parameter.kind, parameter.POSITIONAL_OR_KEYWORD)
                self.assertIsNotNone(node.returns)


if __name__ == "__main__":
    unittest.main()
