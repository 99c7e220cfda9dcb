"""Work beside the reactor: the result arrives on the reactor's thread, and the work never delays the end."""

import queue
import threading

from offline_collect.app.serving.background import in_background


class Reactor:
    """Keeps the calls that other threads hand over."""

    def __init__(self):
        self.calls = queue.Queue()

    def callFromThread(self, call, *arguments):  # noqa: N802 - Twisted's name
        self.calls.put((call, arguments))

    def turn(self):
        call, arguments = self.calls.get(timeout=20)
        call(*arguments)


def test_the_result_comes_on_the_reactors_thread():
    reactor, results, threads = Reactor(), [], []
    work = in_background(reactor, lambda: threads.append(threading.current_thread()) or "done")
    work.addCallback(results.append)
    assert results == []
    reactor.turn()
    assert results == ["done"]
    assert threads[0].daemon


def test_so_does_what_was_raised():
    reactor, failures = Reactor(), []
    in_background(reactor, lambda: 1 / 0).addErrback(failures.append)
    reactor.turn()
    assert failures[0].check(ZeroDivisionError)
