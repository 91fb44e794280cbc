"""checks_test.py: the checks of scripts/lint find what they are for, and let pass what they should."""
import pathlib
import unittest

import c_source
import check_layers
import check_sizes
import check_style


class Source(unittest.TestCase):
    def test_comments_and_literals_are_blanked_and_lines_kept(self):
        code = c_source.without_comments('a /* b\n" */ c\n"d // \\" e" f // g\n\'"\' h')
        self.assertEqual(code.split("\n"), ["a ", "  c", '"" f  ', "'' h"])

    def test_the_project_has_c_files(self):
        self.assertIn(pathlib.PurePosixPath("core/base/error.h"), c_source.c_files())


class Layers(unittest.TestCase):
    def test_core_points_down_only(self):
        self.assertTrue(check_layers.allowed("core/record", "core/config"))
        self.assertFalse(check_layers.allowed("core/base", "core/config"))
        self.assertFalse(check_layers.allowed("core/kafka", "core/mongo"))
        self.assertFalse(check_layers.allowed("core/runtime", "connectors/sink/http"))

    def test_kafka_is_for_the_runtime_and_the_engine(self):
        self.assertTrue(check_layers.allowed("core/runtime", "core/kafka"))
        self.assertTrue(check_layers.allowed("connectors/processor/engine", "core/kafka"))
        self.assertFalse(check_layers.allowed("connectors/sink/http", "core/kafka"))
        self.assertFalse(check_layers.allowed("connectors/processor/operators", "core/kafka"))

    def test_connectors_do_not_know_each_other(self):
        self.assertTrue(check_layers.allowed("connectors/sink", "connectors/sink/http"))
        self.assertFalse(check_layers.allowed("connectors/sink/http", "connectors/sink/mongodb"))
        self.assertFalse(check_layers.allowed("connectors/sink/mongodb", "connectors/source/mongodb"))

    def test_the_processors_folders_build_on_each_other(self):
        self.assertTrue(check_layers.allowed("connectors/processor/plan", "connectors/processor/sql"))
        self.assertFalse(check_layers.allowed("connectors/processor/sql", "connectors/processor/plan"))
        self.assertTrue(check_layers.allowed("connectors/processor", "connectors/processor/engine"))

    def test_libraries_stay_in_their_folder(self):
        check = lambda path, header: check_layers.library_include(pathlib.PurePosixPath(path), header)
        self.assertIsNone(check("core/json/reader.c", "yyjson.h"))
        self.assertIsNone(check("core/json/tests/reader_test.c", "cmocka.h"))
        self.assertIn("core/json", check("core/runtime/stage.c", "yyjson.h"))
        self.assertIn("tests", check("core/json/reader.c", "cmocka.h"))
        self.assertIn("does not know", check("core/json/reader.c", "avro.h"))


class Sizes(unittest.TestCase):
    def test_functions_are_measured_from_brace_to_brace(self):
        code = "int table[] = {\n1,\n};\nstruct s {\nint a;\n};\nstatic int one(int a,\n  int b)\n{\nif (a) {\n}\n}\n"
        self.assertEqual(list(check_sizes.functions(code)), [("one", 9, 4)])

    def test_a_function_is_told_from_other_braces(self):
        self.assertEqual(check_sizes.function_name("__attribute__((format(printf, 1, 2))) void put(const char *f, ...)"), "put")
        self.assertEqual(check_sizes.function_name("static const struct row *find(const char *name)"), "find")
        self.assertIsNone(check_sizes.function_name("static const int sizes[] ="))
        self.assertIsNone(check_sizes.function_name("static int (*const calls[])(void) ="))
        self.assertIsNone(check_sizes.function_name("struct weir_error"))


class Style(unittest.TestCase):
    def findings(self, path, code):
        return [finding.split(": ", 1)[1] for finding in check_style.calls(pathlib.PurePosixPath(path), code)]

    def test_banned_calls_are_found(self):
        self.assertEqual(self.findings("core/base/a.c", "strcpy(a, b); x->free(c); weir_free(d);"), ["strcpy is banned"])

    def test_the_heap_belongs_to_base(self):
        self.assertEqual(self.findings("core/base/a.c", "free(a);"), [])
        self.assertEqual(len(self.findings("core/json/a.c", "free (a);")), 1)

    def test_headers_say_what_they_are(self):
        spdx = "/* SPDX-License-Identifier: Apache-2.0 */"
        path = pathlib.PurePosixPath("core/json/a.h")
        self.assertEqual(list(check_style.first_lines(path, f"/* a.h - letters. */\n{spdx}\n")), [])
        self.assertEqual(len(list(check_style.first_lines(path, "#pragma once\n"))), 2)


if __name__ == "__main__":
    unittest.main()
