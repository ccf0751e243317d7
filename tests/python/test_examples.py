# SPDX-License-Identifier: MIT
"""Runs examples/backup.py and examples/watch.py as programs."""

import os
import re
import signal
import unittest

import _inotify
from example import Example


class Backup(Example):
    def setUp(self):
        super().setUp()
        self.store = self.path("store")
        self.down = self.path("down")

    def start_backup(self, *files, **kwargs):
        options = ["--to", self.store, "--touch-down", self.down, "--settle", "0.05"]
        self.start("backup.py", *options, *files, **kwargs)

    def stored(self, path):
        return self.content(self.store + path)

    def wait_stored(self, path):
        self.wait_for(re.escape("stored %s in %s" % (path, self.store + path)) + "$")

    def touch_down(self, status=0):
        self.write(self.down, "")
        self.wait_end(status)
        for folder, _, names in os.walk(self.store):
            for name in names:
                self.assertFalse(name.startswith(".backup-"), (folder, name))

    def test_start_and_change(self):
        path = self.path("file")
        self.write(path, "first")
        self.start_backup(path)
        self.assertEqual(self.stored(path), "first")
        self.wait_stored(path)
        self.write(path, "second")
        self.wait_stored(path)
        self.assertEqual(self.stored(path), "second")
        self.touch_down()
        self.assertIn("touched down", self.rest())

    def test_files_of_the_same_name(self):
        paths = [self.path("a", "file"), self.path("b", "file")]
        for path in paths:
            os.mkdir(os.path.dirname(path))
            self.write(path, path)
        self.start_backup(*paths)
        for path in paths:
            self.assertEqual(self.stored(path), path)
            self.wait_stored(path)
        self.write(paths[1], "new")
        self.wait_stored(paths[1])
        self.assertEqual(self.stored(paths[0]), paths[0])
        self.assertEqual(self.stored(paths[1]), "new")

    def test_save_by_rename_again_and_again(self):
        path = self.path("file")
        self.write(path, "0")
        self.start_backup(path)
        self.wait_stored(path)
        for i in range(1, 6):
            self.write(self.path("file.new"), str(i))
            os.rename(self.path("file.new"), path)
            self.wait_stored(path)
            self.assertEqual(self.stored(path), str(i))
            # The new file is watched as the old one was.
            self.write(path, "in place %d" % i)
            self.wait_stored(path)
            self.assertEqual(self.stored(path), "in place %d" % i)

    def test_save_as_vim_does(self):
        path = self.path("file")
        self.write(path, "0")
        self.start_backup(path)
        self.wait_stored(path)
        for i in range(1, 6):
            os.rename(path, path + "~")
            self.write(path, str(i))
            os.unlink(path + "~")
            self.wait_stored(path)
            self.assertEqual(self.stored(path), str(i))

    def test_delete_and_create(self):
        path = self.path("file")
        self.write(path, "0")
        self.start_backup(path)
        self.wait_stored(path)
        for i in range(1, 6):
            os.unlink(path)
            self.wait_for("file is gone")
            self.assertEqual(self.stored(path), "0" if i == 1 else str(i - 1))
            self.write(path, str(i))
            self.wait_stored(path)
            self.assertEqual(self.stored(path), str(i))

    def test_directory_replaced(self):
        path = self.path("a", "b", "file")
        os.makedirs(os.path.dirname(path))
        self.write(path, "0")
        self.start_backup(path)
        self.wait_stored(path)
        os.rename(self.path("a"), self.path("old"))
        self.wait_for("file is gone")
        self.write(self.path("old", "b", "file"), "not ours any more")
        os.makedirs(os.path.dirname(path))
        self.write(path, "1")
        self.wait_stored(path)
        self.assertEqual(self.stored(path), "1")
        self.touch_down()
        self.assertNotIn("stored", self.rest())

    def test_file_that_comes_later(self):
        path = self.path("a", "b", "file")
        self.start_backup(path)
        self.wait_for("file does not exist yet")
        os.makedirs(os.path.dirname(path))
        self.write(path, "0")
        self.wait_stored(path)
        self.assertEqual(self.stored(path), "0")

    def test_symbolic_link(self):
        os.mkdir(self.path("real"))
        target, path = self.path("real", "file"), self.path("link")
        self.write(target, "0")
        os.symlink(target, path)
        self.start_backup(path)
        self.wait_stored(path)
        os.unlink(target)
        self.wait_for("link is gone")
        self.write(target, "1")
        self.wait_stored(path)
        self.assertEqual(self.stored(path), "1")

    def test_changes_without_close(self):
        path = self.path("file")
        self.write(path, "long")
        self.start_backup(path)
        self.wait_stored(path)
        os.truncate(path, 2)
        self.wait_stored(path)
        self.assertEqual(self.stored(path), "lo")
        os.chmod(path, 0o4640)
        self.wait_stored(path)
        self.assertEqual(os.stat(self.store + path).st_mode & 0o7777, 0o640)

    def test_what_was_changed_last_is_stored_before_the_end(self):
        path = self.path("file")
        self.write(path, "0123456789")
        self.start("backup.py", "--to", self.store, "--touch-down", self.down, path)
        os.truncate(path, 3)
        self.touch_down()
        self.assertEqual(self.stored(path), "012")

    def test_touch_down_file_that_exists(self):
        self.write(self.down, "")
        self.write(self.path("file"), "0")
        self.start_backup(self.path("file"))
        self.assertIsNone(self.process.poll())
        os.utime(self.down)
        self.wait_end(0)

    def test_strange_names(self):
        path = self.path("a\n\x1b[1m\udcff %s")
        self.write(path, "0")
        self.start_backup(path)
        self.assertEqual(self.stored(path), "0")
        self.touch_down()
        self.assertNotIn("\x1b", self.rest())
        self.assertEqual(self.seen.count("\n"), 2)

    def test_store_that_cannot_be_written(self):
        path = self.path("file")
        self.write(path, "0")
        os.mkdir(self.store)
        self.write(self.store + "/" + path.split("/")[1], "in the way")
        self.start_backup(path, ready=False)
        self.wait_end(1)
        self.assertRegex(self.rest(), r"error: .*(Not a directory|File exists)")

    def test_failure_later_shows_in_the_status(self):
        path = self.path("file")
        self.write(path, "0")
        self.start_backup(path)
        os.unlink(self.store + path)
        os.mkdir(self.store + path)
        self.write(path, "1")
        self.wait_for("error: .*Is a directory")
        self.touch_down(1)

    def test_signals(self):
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self.write(self.path("file"), "0")
            self.start_backup(self.path("file"))
            self.process.send_signal(signum)
            self.wait_end(-signum)
            self.assertIn("ended by " + signum.name, self.rest())
            self.seen = ""

    def test_wrong_usage(self):
        file = self.path("file")
        self.write(file, "0")
        for args, message in (
            (["--to", self.store], "FILE"),
            ([file], "--to"),
            (["--to", self.store, self.dir], "is a directory"),
            (["--to", self.dir, file], "lies in the store"),
            (["--to", self.store, "--background", file], "go together"),
            (["--to", self.store, "--settle", "-1", file], "not between"),
            (["--to", self.store, "--touch-down", file, file], "touch-down file"),
            (["--to", self.store, "--ready-fd", "99", file], "not open"),
        ):
            self.start("backup.py", *args, ready=False)
            self.wait_end(2)
            self.assertIn(message, self.rest())
            self.seen = ""

    def test_background(self):
        path, log = self.path("file"), self.path("log")
        self.write(path, "0")
        fd = _inotify.create()
        self.addCleanup(os.close, fd)
        self.write(log, "")
        _inotify.add(fd, log, _inotify.MODIFY)
        self.start_backup("--background", "--log", log, path)
        self.wait_end(0)
        said = re.search(r"in the background as process (\d+)\n", self.content(log))
        pid = int(said[1])
        self.addCleanup(self.kill, pid)
        self.assertEqual(os.getsid(pid), os.getpgid(pid))
        self.assertNotEqual(os.getsid(pid), os.getsid(0))
        self.write(path, "1")
        self.wait_log(fd, log, 2, "stored")
        self.assertEqual(self.stored(path), "1")
        self.write(self.down, "")
        self.wait_log(fd, log, 1, "touched down")

    @staticmethod
    def kill(pid):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # as it should be

    def wait_log(self, fd, log, count, text):
        while self.content(log).count(text) < count:
            self.wait_readable(fd)
            _inotify.read_event(fd, lambda event: None)

    def test_background_that_cannot_start(self):
        path = self.path("file")
        os.mkfifo(path)
        log = self.path("log")
        self.start_backup("--background", "--log", log, path, ready=False)
        self.wait_end(1)
        self.assertIn("did not start", self.rest())
        self.assertIn("not a regular file", self.content(log))


class Watch(Example):
    def test_events_of_files_and_directories(self):
        self.write(self.path("file"), "")
        os.mkdir(self.path("sub"))
        self.start("watch.py")
        self.write(self.path("file"), "x")
        self.wait_for(r"^file:file\twd:1\tOPEN$")
        self.wait_for(r"^file:file\twd:1\tMODIFY$")
        self.wait_for(r"^file:file\twd:1\tCLOSE_WRITE$")
        os.mkdir(self.path("sub", "new"))
        self.wait_for(r"^file:sub/new\twd:2\tCREATE\|ISDIR$")
        os.rmdir(self.path("sub", "new"))
        self.wait_for(r"^file:sub/new\twd:2\tDELETE\|ISDIR$")
        self.process.send_signal(signal.SIGINT)
        self.wait_end(0)
        self.assertEqual(self.rest().strip(), "received SIGINT")

    def test_count(self):
        self.write(self.path("file"), "")
        self.start("watch.py", "--count", "2", self.path("file"))
        self.write(self.path("file"), "x")
        self.wait_end(0)
        self.assertEqual(self.rest().count("\n"), 2)

    def test_all_gone(self):
        self.write(self.path("file"), "")
        self.start("watch.py", self.dir)
        os.unlink(self.path("file"))
        self.wait_for(r"\tDELETE_SELF$")
        self.wait_for(r"\tIGNORED$")
        self.wait_end(0)

    def test_strange_name(self):
        self.write(self.path("\x1b\udcff"), "")
        self.start("watch.py", "--count", "1")
        os.utime(self.path("\x1b\udcff"))
        self.wait_end(0)
        self.assertEqual(self.rest(), "file:'\\x1b\\udcff'\twd:1\tATTRIB\n")

    def test_errors(self):
        for args, status, message in (
            ([self.path("missing")], 1, "missing"),
            ([self.dir], 1, "nothing to watch"),
            (["--count", "0"], 2, "--count"),
        ):
            self.start("watch.py", *args, ready=False)
            self.wait_end(status)
            self.assertIn(message, self.rest())
            self.seen = ""


if __name__ == "__main__":
    unittest.main()
