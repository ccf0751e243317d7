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

    @staticmethod
    def public(names):
        return {name for name in names if not name.startswith("_")}

    def nodes(self, kind):
        return {node.name: node for node in self.body if isinstance(node, kind)}

    def test_functions(self):
        module = {
            name
            for name in self.public(dir(_inotify))
            if callable(getattr(_inotify, name))
            and not isinstance(getattr(_inotify, name), type)
        }
        self.assertEqual(set(self.nodes(ast.FunctionDef)), module)

    def test_types(self):
        module = {
            name
            for name in self.public(dir(_inotify))
            if isinstance(getattr(_inotify, name), type)
        }
        classes = self.nodes(ast.ClassDef)
        self.assertEqual(self.public(classes), module)
        for name in module:
            stub = {
                node.target.id if isinstance(node, ast.AnnAssign) else node.name
                for node in classes[name].body
                if isinstance(node, (ast.AnnAssign, ast.FunctionDef))
            }
            members = self.public(vars(getattr(_inotify, name)))
            self.assertEqual(self.public(stub), members, name)

    def test_signatures(self):
        for name, node in self.nodes(ast.FunctionDef).items():
            args = node.args
            self.assertFalse(args.vararg or args.kwarg or args.kwonlyargs)
            arguments = args.args
            values = [ast.literal_eval(value) for value in args.defaults]
            empty = inspect.Parameter.empty
            values = [empty] * (len(arguments) - len(values)) + values
            signature = inspect.signature(getattr(_inotify, name))
            self.assertEqual(
                [(p.name, p.default) for p in signature.parameters.values()],
                list(zip([argument.arg for argument in arguments], values)),
                name,
            )
            for parameter in signature.parameters.values():
                self.assertIs(parameter.kind, parameter.POSITIONAL_OR_KEYWORD)
                self.assertIsNotNone(node.returns)


if __name__ == "__main__":
    unittest.main()
