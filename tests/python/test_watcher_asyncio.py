# SPDX-License-Identifier: MIT
"""inotify.Watcher and awatch() in asyncio loops."""

import asyncio
import os
import threading
import unittest

import inotify
from support import DEADLINE_S
from watching import WatcherTest


async def ticks(count=5):
    """Lets the other tasks of the loop go on."""
    for _ in range(count):
        await asyncio.sleep(0)


class AsyncTest(WatcherTest):
    def run_async(self, coroutine):
        async def bounded():
            return await asyncio.wait_for(coroutine, DEADLINE_S)

        return asyncio.run(bounded(), debug=True)


class Iterating(AsyncTest):
    def test_records(self):
        async def main():
            paths = []
            async with inotify.Watcher(self.dir) as watcher:
                asyncio.get_running_loop().call_later(0.01, self.make, "a", "b")
                async for record in watcher:
                    paths.append(record.path)
                    if len(paths) == 2:
                        break
            self.assertTrue(watcher.closed)
            return paths

        for _ in range(3):  # in a loop of its own each time
            self.assertEqual(self.run_async(main()), [self.path("a"), self.path("b")])
            os.unlink(self.path("a"))
            os.unlink(self.path("b"))

    def test_one_watcher_in_one_loop_after_the_other(self):
        async def main(name):
            asyncio.get_running_loop().call_later(0.001, self.make, name)
            async for record in watcher:
                return record.path

        watcher = self.open()
        for i in range(20):
            self.assertEqual(self.run_async(main(str(i))), self.path(str(i)))

    def test_deadlines(self):
        async def main():
            asyncio.get_running_loop().call_later(
                0.001, os.rename, self.path("seen/a"), self.path("b")
            )
            return (await watcher.__anext__()).event

        os.mkdir(self.path("seen"))
        self.make("seen/a")
        watcher = self.open(self.path("seen"))
        self.assertEqual(self.run_async(main()), "moved_out")

    def test_others_have_their_turn(self):
        async def count():
            nonlocal counted
            while True:
                await asyncio.sleep(0)
                counted += 1

        async def main():
            task = asyncio.ensure_future(count())
            seen = 0
            async for _ in watcher:
                seen += 1
                if seen == 500:
                    break
            task.cancel()

        counted = 0
        watcher = self.open()
        self.make(*[str(i) for i in range(500)])
        self.run_async(main())
        self.assertGreater(counted, 4)

    def test_exceptions_of_patterns(self):
        async def main():
            with self.assertRaises(KeyError):
                await watcher.__anext__()
            return await watcher.__anext__()

        def fail(path):
            raise KeyError(path)

        watcher = self.open(exclude=fail)
        self.make("a")
        self.assertEqual(self.run_async(main()).path, self.path("a"))


class Consumers(AsyncTest):
    def test_each_record_once(self):
        async def consume(seen):
            async for record in watcher:
                seen.append(record.path)
                if sum(map(len, both)) == 200:
                    await watcher.aclose()
                await asyncio.sleep(0)

        async def main():
            tasks = [asyncio.ensure_future(consume(seen)) for seen in both]
            await ticks()
            self.make(*[str(i) for i in range(200)])
            await asyncio.gather(*tasks)

        both = [], []
        watcher = self.open()
        self.run_async(main())
        paths = [path for seen in both for path in seen]
        self.assertEqual(sorted(paths), sorted(self.path(str(i)) for i in range(200)))
        self.assertTrue(all(both))

    def test_cancelling_one_loses_nothing(self):
        async def main():
            paths = []
            for i in range(200):
                tasks = [asyncio.ensure_future(watcher.__anext__()) for _ in range(2)]
                await ticks(i % 5)
                self.make(str(i))
                await ticks(i // 5 % 5)
                tasks[0].cancel()
                results = await asyncio.gather(tasks[0], return_exceptions=True)
                if isinstance(results[0], inotify.Record):
                    paths.append(results[0].path)
                    tasks[1].cancel()
                    results = await asyncio.gather(tasks[1], return_exceptions=True)
                    if isinstance(results[0], inotify.Record):
                        paths.append(results[0].path)
                else:
                    self.assertIsInstance(results[0], asyncio.CancelledError)
                    paths.append((await tasks[1]).path)
            return paths

        watcher = self.open()
        paths = self.run_async(main())
        self.assertEqual(paths, [self.path(str(i)) for i in range(200)])

    def test_timeouts(self):
        async def main():
            for _ in range(20):
                with self.assertRaises(asyncio.TimeoutError):
                    await asyncio.wait_for(watcher.__anext__(), 0.001)
            self.make("a")
            return await watcher.__anext__()

        watcher = self.open()
        self.assertEqual(self.run_async(main()).path, self.path("a"))

    def test_loops_in_threads(self):
        def run():
            asyncio.run(consume())

        async def consume():
            async for record in watcher:
                paths.append(record.path)
                if len(paths) == 100:
                    watcher.close()

        paths = []
        watcher = self.open()
        threads = [threading.Thread(target=run, daemon=True) for _ in range(3)]
        for thread in threads:
            thread.start()
        for i in range(100):
            self.make(str(i))
        for thread in threads:
            thread.join(DEADLINE_S)
            self.assertFalse(thread.is_alive())
        self.assertEqual(len(set(paths)), 100)


class Closing(AsyncTest):
    def consume_and_close(self, close):
        async def consume():
            async for _ in watcher:
                self.fail("there was nothing")
            return "ended"

        async def main():
            tasks = [asyncio.ensure_future(consume()) for _ in range(3)]
            await ticks()
            await close(watcher)
            return await asyncio.gather(*tasks)

        before = len(os.listdir("/proc/self/fd"))
        watcher = inotify.Watcher(self.dir)
        self.assertEqual(self.run_async(main()), ["ended"] * 3)
        self.assertEqual(len(os.listdir("/proc/self/fd")), before)

    def test_aclose(self):
        for _ in range(20):
            self.consume_and_close(lambda watcher: watcher.aclose())

    def test_from_another_thread(self):
        async def close(watcher):
            threading.Thread(target=watcher.close).start()

        for _ in range(20):
            self.consume_and_close(close)

    def test_cancelled_with_the_loop(self):
        async def main():
            asyncio.ensure_future(watcher.__anext__())
            await ticks()

        for _ in range(20):
            watcher = inotify.Watcher(self.dir)
            self.run_async(main())
            watcher.close()
        before = len(os.listdir("/proc/self/fd"))
        self.assertLess(before, 20)

    def test_closed_before(self):
        async def main():
            return [record async for record in watcher]

        watcher = inotify.Watcher(self.dir)
        watcher.close()
        self.assertEqual(self.run_async(main()), [])


if __name__ == "__main__":
    unittest.main()
