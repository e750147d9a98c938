"""train --watch and watch: a run in the browser, which no client can harm, slow or change."""

import http.client
import json
import os
import pathlib
import re
import signal
import socket
import threading
import time
import unittest
import urllib.parse

import program
from program import ProgramTest, checkpoints, start

CATCH = ["--preset", "catch", *program.settings("record.gif_every_episodes=0")]


class Client:
    """Speaks to the page's address by hand, so that it can break every rule."""

    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        self.address = (parts.hostname, parts.port)
        self.host = parts.netloc
        self.token = parts.path

    def connect(self):
        return socket.create_connection(self.address, timeout=60)

    def ask(self, method="GET", path="", headers=None, token=None, host=None):
        """The status and the body."""
        connection = http.client.HTTPConnection(*self.address, timeout=60)
        try:
            connection.putrequest(method, (self.token if token is None else token) + path, skip_host=True)
            connection.putheader("Host", self.host if host is None else host)
            for name, value in (headers or {}).items():
                connection.putheader(name, value)
            connection.endheaders()
            answer = connection.getresponse()
            self.headers = answer.headers
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def status(self, method="GET", path="", **options):
        return self.ask(method, path, **options)[0]

    def send(self, text):
        """What the server answers to any text."""
        with self.connect() as connection:
            connection.sendall(text.encode())
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(1 << 16), b"")).decode()

    def open_events(self):
        connection = self.connect()
        connection.sendall(f"GET {self.token}events HTTP/1.1\r\nHost: {self.host}\r\n\r\n".encode())
        return connection

    def events(self):
        """(name, data) of each event, until the run ends."""
        with self.open_events() as connection, connection.makefile("r", encoding="utf-8", newline="\n") as lines:
            name = None
            for line in lines:
                if line.startswith("event: "):
                    name = line[len("event: "):].strip()
                elif line.startswith("data: "):
                    yield name, line[len("data: "):].strip()

    def statuses(self):
        return (json.loads(data) for name, data in self.events() if name == "status")


class WatchTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.run_folder = self.folder / "run"

    def start_run(self, *options, steps=100_000_000, watch=("--watch",)):
        run = start("train", *CATCH, "--out", self.run_folder, "--steps", steps, *watch, *options)
        self.addCleanup(run.stdout.close)
        self.addCleanup(run.stderr.close)
        self.addCleanup(run.wait)
        self.addCleanup(run.kill)
        return run

    def url_of(self, process):
        for line in process.stdout:
            if match := re.search(r"http://\S+", line):
                threading.Thread(target=process.stdout.read, daemon=True).start()
                return match[0]
        self.fail(process.stderr.read())

    def start_watched(self, *options, **more):
        run = self.start_run(*options, **more)
        return run, Client(self.url_of(run))

    def start_watcher(self):
        watcher = start("watch", self.run_folder)
        self.addCleanup(watcher.stdout.close)
        self.addCleanup(watcher.stderr.close)
        self.addCleanup(watcher.wait)
        self.addCleanup(watcher.kill)
        return watcher, Client(self.url_of(watcher))

    def rows(self):
        return (self.run_folder / "episodes.csv").read_text().count("\n")

    def assert_goes_on(self, run):
        before = self.rows()
        self.wait_until(lambda: self.rows() > before + 10, run)

    def assert_stops(self, run):
        run.send_signal(signal.SIGTERM)
        self.assertEqual(run.wait(timeout=120), 128 + signal.SIGTERM)
        self.assertFalse((self.run_folder / "watch.socket").exists())

    def wait_for(self, client, condition):
        for status in client.statuses():
            if condition(status):
                return status
        self.fail("the run ended")


class Page(WatchTest):
    def test_events_arrive(self):
        run, client = self.start_watched()
        steps, pictures = set(), set()
        for name, data in client.events():
            if name == "status":
                steps.add(json.loads(data)["step"])
            else:
                milliseconds, png = data.split(" ")
                self.assertGreater(int(milliseconds), 0)
                pictures.add(png)
            if len(steps) > 2 and len(pictures) > 5:
                break
        self.assert_stops(run)

    def test_the_page_uses_nothing_from_elsewhere(self):
        run, client = self.start_watched()
        status, page = client.ask()
        self.assertEqual(status, 200)
        policy = client.headers["Content-Security-Policy"]
        self.assertIn("default-src 'none'; script-src 'self';", policy)
        self.assertNotIn("unsafe", policy)
        self.assertEqual(client.headers["Referrer-Policy"], "no-referrer")
        used = re.findall(r'(?:src|href)="([^"]+)"', page)
        self.assertEqual(sorted(used), ["data:,", "watch.css", "watch.js"])
        self.assertNotRegex(page, r"https?://|<style|onclick|style=")
        for path in ("watch.css", "watch.js"):
            status, text = client.ask(path=path)
            self.assertEqual(status, 200)
            self.assertNotRegex(text.replace("http://www.w3.org/2000/svg", ""), r"https?://|@import|eval\(")
        self.assert_stops(run)

    def test_the_last_event_tells_the_end(self):
        run, client = self.start_watched()
        reader = client.statuses()
        next(reader)
        run.send_signal(signal.SIGINT)
        self.assertEqual([status["ended"] for status in reader][-1], "interrupted")
        self.assertEqual(run.wait(timeout=120), 130)

    def test_a_port_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            self.refuse("train", *CATCH, "--out", self.run_folder, "--watch", port,
                        saying=f"cannot listen at 127.0.0.1, port {port}")
        self.assertFalse(self.run_folder.exists())
        self.refuse("train", *CATCH, "--watch", "65536", saying="--watch")
        self.refuse("train", *CATCH, "--watch", "--bind", "example.org", saying="is not an address")

    def test_listens_to_this_machine_only(self):
        run, client = self.start_watched()
        self.assertEqual(client.address[0], "127.0.0.1")
        table = pathlib.Path("/proc/net/tcp").read_text()
        listening = [line.split()[1] for line in table.splitlines()[1:]
                     if line.split()[3] == "0A" and line.split()[1].endswith(f":{client.address[1]:04X}")]
        self.assertEqual(listening, [f"0100007F:{client.address[1]:04X}"])
        self.assert_stops(run)


class Refusals(WatchTest):
    def setUp(self):
        super().setUp()
        self.run_process, self.client = self.start_watched()

    def tearDown(self):
        self.assert_goes_on(self.run_process)
        self.assertEqual(self.client.status(), 200)
        self.assert_stops(self.run_process)
        super().tearDown()

    def test_without_the_token(self):
        for path in ("/", "/events", "/watch.js", "/pause", self.client.token[:-2] + "/", self.client.token[:-1]):
            self.assertEqual(self.client.status(token=path), 403, path)
        self.assertEqual(self.client.status("POST", token="/pause"), 403)

    def test_other_names_for_this_machine(self):
        for host in ("evil.example", f"evil.example:{self.client.address[1]}", "", "localhost.evil.example"):
            self.assertEqual(self.client.status(host=host), 421, host)
        self.assertEqual(self.client.status(host="localhost:1"), 200)  # a forwarded port

    def test_other_sites(self):
        for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
                        {"Sec-Fetch-Site": "same-site"}):
            self.assertEqual(self.client.status("POST", "pause", headers=headers), 403, headers)
            self.assertEqual(self.client.status(path="events", headers=headers), 403, headers)
        own = {"Origin": f"http://{self.client.host}", "Sec-Fetch-Site": "same-origin"}
        self.assertEqual(self.client.status("POST", "save", headers=own), 202)

    def test_other_paths_and_methods(self):
        for path in ("nothing", "../config.toml", "%2e%2e/config.toml", "/etc/passwd", "watch.js/", "config.toml"):
            self.assertEqual(self.client.status(path=path), 404, path)
        self.assertEqual(self.client.status("POST", "delete"), 404)
        self.assertEqual(self.client.status("GET", "pause"), 405)
        self.assertEqual(self.client.status("POST", "events"), 405)
        for method in ("PUT", "DELETE", "OPTIONS", "HEAD", "CONNECT"):
            self.assertEqual(self.client.status(method, "pause"), 405, method)

    def test_malformed_and_too_long(self):
        for text, status in (("hello\r\n\r\n", 400), ("GET / HTTP/1.1\r\n\r\n", 400), ("\0" * 100 + "\r\n\r\n", 400),
                             ("GET /" + "x" * 100_000, 431),
                             ("GET / HTTP/1.1\r\n" + "".join(f"X{i}: x\r\n" for i in range(5000)), 431),
                             ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nsomething", 413)):
            try:
                self.assertIn(f"HTTP/1.1 {status} ", self.client.send(text))
            except (BrokenPipeError, ConnectionResetError):  # it did not read to the end
                self.assertEqual(status, 431)

    def test_too_many_at_once(self):
        idle = [self.client.connect() for _ in range(40)]
        try:
            self.assertEqual(self.client.status(), 429)
            idle += [self.client.connect() for _ in range(300)]  # not even told so
            self.assert_goes_on(self.run_process)
            self.assertLess(len(os.listdir(f"/proc/{self.run_process.pid}/fd")), 150)
        finally:
            for connection in idle:
                connection.close()
        self.wait_until(self.answers, self.run_process)

    def answers(self):
        try:
            return self.client.status() == 200
        except (ConnectionError, http.client.HTTPException):
            return False

    def test_clients_that_read_nothing(self):
        stalled = [self.client.open_events() for _ in range(10)]
        for _ in range(5):
            self.assert_goes_on(self.run_process)
        next(self.client.statuses())  # others are served meanwhile
        for connection in stalled:
            connection.close()


class Commands(WatchTest):
    def test_pause_and_resume(self):
        run, client = self.start_watched()
        self.assertEqual(client.status("POST", "pause"), 202)
        paused = self.wait_for(client, lambda status: status["paused"])
        rows = self.rows()
        time.sleep(1)
        self.assertEqual(self.rows(), rows)
        self.assertEqual(client.status("POST", "resume"), 202)
        later = self.wait_for(client, lambda status: not status["paused"] and status["step"] > paused["step"])
        # A pause is not part of the run's time.
        self.assertGreater(later["steps_per_second"], 0)
        self.assert_goes_on(run)
        self.assert_stops(run)

    def test_a_paused_run_saves_and_stops(self):
        run, client = self.start_watched()
        client.status("POST", "pause")
        self.wait_for(client, lambda status: status["paused"])
        before = checkpoints(self.run_folder)
        client.status("POST", "save")
        self.wait_for(client, lambda status: any("checkpoint written to" in note for note in status["notes"]))
        self.assertNotEqual(checkpoints(self.run_folder), before)
        self.assert_stops(run)

    def test_record(self):
        run, client = self.start_watched()
        videos = self.run_folder / "videos"
        self.assertEqual(list(videos.iterdir()), [])
        client.status("POST", "record")
        self.wait_until(lambda: list(videos.glob("episode_*.gif")), run)
        self.assert_stops(run)
        self.assertEqual(len(list(videos.glob("episode_*.gif"))), 1)

    def test_nothing_changes_the_run(self):
        """Watched, paused, saved and recorded: the same run, bit for bit."""
        run, client = self.start_watched(steps=20_000)
        statuses = client.statuses()
        next(statuses)
        for _ in range(3):
            for command in ("pause", "save", "record", "resume"):
                client.status("POST", command)
            time.sleep(0.1)
        for _ in statuses:
            pass
        self.assertEqual(run.wait(timeout=300), 0)
        plain = self.folder / "plain"
        self.succeed("train", *CATCH, "--out", plain, "--steps", 20_000)
        self.assert_same_run(self.run_folder, plain)


class Watch(WatchTest):
    def test_a_run_in_progress(self):
        run = self.start_run(watch=())
        self.wait_until((self.run_folder / "watch.socket").exists, run)
        watcher, client = self.start_watcher()
        self.assertIn('src="watch.js"', client.ask()[1])
        names = set()
        for name, _ in client.events():
            names.add(name)
            if names == {"status", "picture"}:
                break
        self.assertEqual(client.status("POST", "pause"), 202)
        self.wait_for(client, lambda status: status["paused"])
        self.assertEqual(client.status("POST", "resume"), 202)
        self.assertEqual(client.status(token="/"), 403)
        self.assertEqual(client.status(host="evil.example"), 421)
        # What the watcher does, even its death, is nothing to the run.
        watcher.kill()
        watcher.wait()
        self.assert_goes_on(run)
        self.assert_stops(run)

    def test_a_run_that_ends_meanwhile(self):
        run = self.start_run(watch=())
        self.wait_until((self.run_folder / "watch.socket").exists, run)
        watcher, client = self.start_watcher()
        statuses = client.statuses()
        next(statuses)
        self.assert_stops(run)
        self.assertEqual([status["ended"] for status in statuses][-1], "interrupted")
        status, page = client.ask()
        self.assertEqual(status, 200)
        self.assertIn("arcadeq report", page)
        self.assertEqual(client.status(path="events"), 410)
        self.assertEqual(client.status("POST", "pause"), 410)
        watcher.send_signal(signal.SIGINT)
        self.assertEqual(watcher.wait(timeout=60), 0)

    def test_a_killed_run(self):
        """Its socket is still there: the watcher shows the report, and a resumed run takes its place."""
        run = self.start_run(watch=())
        self.wait_until(lambda: checkpoints(self.run_folder), run)
        run.kill()
        run.wait()
        _, client = self.start_watcher()
        self.assertIn("arcadeq report", client.ask()[1])
        again = start("train", "--resume", self.run_folder, "--steps", 100_000_000)
        self.addCleanup(again.communicate)
        self.addCleanup(again.kill)
        self.wait_until(lambda: 'src="watch.js"' in client.ask()[1], again)

    def test_what_is_no_run(self):
        self.refuse("watch", self.folder, saying="is not a run")


if __name__ == "__main__":
    unittest.main()
