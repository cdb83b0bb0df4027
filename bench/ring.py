"""What bench/dolly needs: a network of namespaces with shaped links, and the tools that bring a file over it.

`inside()` starts the bench again in namespaces of its own, which die with it, so that nothing stays whatever happens.
The master has the address 10.77.0.254, the nodes 10.77.0.1, 10.77.0.2, … (10.77.1.1 after 10.77.0.250); all hang on
one bridge. Every link is shaped in both directions with tc."""

import hashlib
import json
import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import sys
import time

MASTER = 0  # its number; nodes count from 1
PORT = 7700


def inside():
    """From here on this is process 1 of new network, mount and process namespaces."""
    if os.environ.get("LUCIE_BENCH_INSIDE"):
        return
    if os.geteuid() != 0:
        sys.exit("error: namespaces need root\nhint: sudo bench/dolly")
    os.environ["LUCIE_BENCH_INSIDE"] = "yes"
    os.execvp("unshare", ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", sys.executable, *sys.argv])


def sh(*words):
    subprocess.run([str(word) for word in words], check=True, stdin=subprocess.DEVNULL)


def address(node):
    return "10.77.0.254" if node == MASTER else f"10.77.{(node - 1) // 250}.{(node - 1) % 250 + 1}"


class Network:
    """A master and nodes. `rate` as tc writes it ("100mbit"), or None for links without a limit."""

    def __init__(self, nodes, rate):
        self.nodes, self.rate = list(range(1, nodes + 1)), rate
        self.holders = {}
        sh("ip", "link", "add", "ring0", "type", "bridge", "mcast_snooping", 0)  # nobody would ask who listens
        sh("ip", "link", "set", "ring0", "up")
        for node in [MASTER, *self.nodes]:
            self._add(node)

    def _add(self, node):
        holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        while pathlib.Path(f"/proc/{holder.pid}/comm").read_text() != "sleep\n":
            time.sleep(0.005)
        self.holders[node] = holder
        sh("ip", "link", "add", f"up{node}", "type", "veth", "peer", "name", "ring", "netns", holder.pid)
        sh("ip", "link", "set", f"up{node}", "master", "ring0", "up")
        for words in (["link", "set", "lo", "up"], ["address", "add", f"{address(node)}/16", "broadcast", "+", "dev", "ring"],
                      ["link", "set", "ring", "up"], ["route", "add", "224.0.0.0/4", "dev", "ring"]):
            sh(*self.on(node, ["ip", *words]))
        self.shape(node, self.rate)

    def on(self, node, command):
        """The command that runs `command` in the network of `node`."""
        return ["nsenter", f"--net=/proc/{self.holders[node].pid}/ns/net", *[str(word) for word in command]]

    def shape(self, node, rate):
        if rate is None:
            return
        limits = ["root", "tbf", "rate", rate, "burst", "128k", "latency", "50ms"]
        sh("tc", "qdisc", "replace", "dev", f"up{node}", *limits)
        sh(*self.on(node, ["tc", "qdisc", "replace", "dev", "ring", *limits]))

    def cut(self, node, state="down"):
        """No packet goes through any more; nothing is told to either end."""
        sh("ip", "link", "set", f"up{node}", state)

    def close(self):
        for node, holder in self.holders.items():
            sh("ip", "link", "delete", f"up{node}")
            holder.kill()
            holder.wait()
        sh("ip", "link", "delete", "ring0")


class Process:
    """A program on a node: `ended` is None or when it ended, `cpu` seconds of user and system once it has."""

    def __init__(self, network, node, command, log, cwd=None):
        self.log = log
        with open(log, "ab") as out:
            self.child = subprocess.Popen(network.on(node, command), stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=cwd)
        self.ended, self.status, self.cpu, self.memory = None, None, 0.0, 0.0

    def poll(self):
        if self.ended is None:
            pid, status, usage = os.wait4(self.child.pid, os.WNOHANG)
            if pid:
                self._end(status, usage)
        return self.ended is not None

    def _end(self, status, usage):
        self.ended, self.status = time.monotonic(), os.waitstatus_to_exitcode(status)
        self.child.returncode = self.status
        self.cpu, self.memory = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024

    def signal(self, number):
        if not self.poll():
            self.child.send_signal(number)

    def stop(self):
        """Asks it to end, then makes it."""
        for number in (signal.SIGTERM, signal.SIGCONT, signal.SIGKILL):
            self.signal(number)
            end = time.monotonic() + (0.05 if number == signal.SIGTERM else 0)
            while not self.poll() and time.monotonic() < end:
                time.sleep(0.01)
        if self.ended is None:
            _, status, usage = os.wait4(self.child.pid, 0)
            self._end(status, usage)


class Job:
    """One file to bring from the master to all nodes, in a folder of its own."""

    def __init__(self, network, folder, source, build):
        self.network, self.folder, self.source, self.build = network, folder, source, build
        self.size = source.stat().st_size
        self.key = folder / "ring.key"
        self.key.write_text("17" * 32 + "\n")
        for node in network.nodes:
            self.root(node).mkdir()

    def root(self, node):
        return self.folder / f"node{node}"

    def target(self, node):
        return self.root(node) / "copy"

    def log(self, node):
        return self.folder / f"node{node}.log"

    def nodes(self):
        return self.network.nodes

    def right(self, node, digest):
        return self.target(node).exists() and sha256(self.target(node)) == digest


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Tool:
    """How a tool is run. `receive` and `send` give commands; `has` tells whether a node has all of the file."""
    name = ""
    needs = ()
    reverse = False  # the last node has to be there first
    stays = False  # receivers do not end by themselves

    def prepare(self, job):
        return []  # processes that have to be there

    def receive(self, job, node):
        raise NotImplementedError

    def send(self, job):
        raise NotImplementedError

    def has(self, job, node, process):
        return process.poll() and process.status == 0

    def listens(self, job, node, process):
        """By default: something listens on a TCP port of the node, or time has passed."""
        return listening(job.network.holders[node].pid)

    def finish(self, job, node):
        """When all is over: gives the file its usual name, if the tool chose another."""


def listening(pid):
    lines = pathlib.Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]
    lines += pathlib.Path(f"/proc/{pid}/net/tcp6").read_text().splitlines()[1:]
    return any(line.split()[3] == "0A" for line in lines)


class Dollyplus(Tool):
    name = "dollyplus"

    def __init__(self, *options, name="dollyplus"):
        self.options, self.name = options, name

    def program(self, job):
        return job.build.resolve() / "src/dolly/dollyplus"

    def receive(self, job, node):
        return [self.program(job), "receive", "--root", job.root(node), "--once", "--key", job.key, "--json"]

    def send(self, job):
        to = ",".join(f"n{node}={address(node)}" for node in job.nodes())
        return [self.program(job), "send", job.source, "--to", to, "--dest", "copy", "--key", job.key, "--json", *self.options]

    def has(self, job, node, process):
        return job.target(node).exists()


class Mbuffer(Tool):
    """A chain: each writes a file and passes on."""
    name = "mbuffer"
    needs = ("mbuffer",)
    reverse = True  # a chain dials when it starts

    def receive(self, job, node):
        onward = ["-O", f"{address(node + 1)}:{PORT}"] if node < len(job.nodes()) else []
        return ["mbuffer", "-q", "-m", "16M", "-s", "256k", "-I", PORT, "-o", job.target(node), *onward]

    def send(self, job):
        return ["mbuffer", "-q", "-m", "16M", "-s", "256k", "-i", job.source, "-O", f"{address(1)}:{PORT}"]


class Udpcast(Tool):
    name = "udpcast"
    needs = ("udp-sender", "udp-receiver")

    def receive(self, job, node):
        return ["udp-receiver", "--nokbd", "--interface", "ring", "--file", job.target(node)]

    def send(self, job):
        rate = ["--max-bitrate", rate_below(job.network.rate)] if job.network.rate else []
        return ["udp-sender", "--nokbd", "--interface", "ring", "--full-duplex", "--min-receivers", len(job.nodes()), *rate, "--file", job.source]

    def listens(self, job, node, process):
        return has_udp(job.network.holders[node].pid)


def has_udp(pid):
    return len(pathlib.Path(f"/proc/{pid}/net/udp").read_text().splitlines()) > 1


def rate_below(rate):
    """What goes through a link of `rate` without loss: "95m" for "100mbit"."""
    number, unit = int(rate.rstrip("gmkbit")), rate.lstrip("0123456789")[0]
    return f"{number * 95 // 100 if number >= 100 else number * 950}{unit if number >= 100 else {'g': 'm', 'm': 'k'}[unit]}"


class Uftp(Tool):
    name = "uftp"
    stays = True
    needs = ("uftp", "uftpd")

    def receive(self, job, node):
        return ["uftpd", "-d", "-D", job.root(node), "-I", "ring", "-L", job.log(node), "-F", job.folder / f"status{node}"]

    def send(self, job):
        rate = 900_000 if job.network.rate is None else int(rate_below(job.network.rate).rstrip("mk")) * 1000
        return ["uftp", "-I", "ring", "-R", rate, "-Y", "none", job.source]

    def has(self, job, node, process):
        return (job.root(node) / job.source.name).exists() and (job.root(node) / job.source.name).stat().st_size == job.size \
            and job.log(node).exists() and "File transfer complete" in job.log(node).read_text(errors="replace")

    def listens(self, job, node, process):
        return has_udp(job.network.holders[node].pid)

    def finish(self, job, node):
        if (job.root(node) / job.source.name).exists():
            os.rename(job.root(node) / job.source.name, job.target(node))


class Aria2(Tool):
    """BitTorrent with a tracker on the master."""
    name = "aria2"
    stays = True
    needs = ("aria2c", "opentracker", "mktorrent")
    common = ["aria2c", "--enable-dht=false", "--enable-dht6=false", "--bt-enable-lpd=false", "--enable-peer-exchange=true", "--disable-ipv6=true",
              "--listen-port=6881", "--file-allocation=none", "--seed-ratio=0", "--seed-time=60", "--console-log-level=warn", "--quiet=true",
              "--bt-max-peers=0", "--bt-tracker-interval=1", "--bt-request-peer-speed-limit=10M"]

    def prepare(self, job):
        torrent = job.folder / "copy.torrent"
        subprocess.run(["mktorrent", "-l", "20", "-a", f"http://{address(MASTER)}:6969/announce", "-n", "copy", "-o", torrent, job.source],
                       check=True, stdout=subprocess.DEVNULL)
        content = torrent.read_bytes()
        allowed = job.folder / "allowed"  # Debian's tracker serves what is listed
        for folder in (job.folder, job.folder.parent):
            folder.chmod(0o755)  # it reads the list as another user
        allowed.write_text(hashlib.sha1(content[content.index(b"4:info") + 6:-1]).hexdigest().upper() + "\n")
        return [Process(job.network, MASTER, ["opentracker", "-i", f"::ffff:{address(MASTER)}", "-p", 6969, "-P", 6969, "-w", allowed],
                        job.folder / "tracker.log")]

    def receive(self, job, node):
        return [*self.common, f"--dir={job.root(node)}", f"--on-bt-download-complete={self.hook(job, node)}", job.folder / "copy.torrent"]

    def hook(self, job, node):
        path = job.folder / f"complete{node}.sh"
        path.write_text(f"#!/bin/sh\n: > {shlex.quote(str(job.folder / f'complete{node}'))}\n")
        path.chmod(0o755)
        return path

    def send(self, job):
        seed = job.folder / "seed"
        seed.mkdir(exist_ok=True)
        (seed / "copy").unlink(missing_ok=True)
        os.link(job.source, seed / "copy")
        return [*self.common, f"--dir={seed}", "--bt-seed-unverified=true", job.folder / "copy.torrent"]

    def has(self, job, node, process):
        return (job.folder / f"complete{node}").exists()

    def listens(self, job, node, process):
        return True


class Described(Tool):
    """A tool from a JSON file: {"name", "receive", "send"} and, where the last node of a chain is run otherwise,
    "receive_last". Words are split as a shell does; they may hold {file} {address} {next} {nodes} {count} {master} {port}. A node
    has the file when its process ends."""

    def __init__(self, path):
        try:
            self.words = json.loads(pathlib.Path(path).read_text())
            self.name, _, _ = (self.words[key] for key in ("name", "receive", "send"))
        except (OSError, ValueError, KeyError, TypeError) as fault:
            sys.exit(f"error: {path} describes no tool: {fault}\nhint: bench/README.md shows one")

    def fill(self, text, job, node):
        last = node == len(job.nodes())
        values = {"file": job.source if node == MASTER else job.target(node), "address": address(node), "next": "" if last else address(node + 1),
                  "nodes": ",".join(address(each) for each in job.nodes()), "count": len(job.nodes()), "master": address(MASTER), "port": PORT}
        return [word.format(**values) for word in shlex.split(text)]

    def receive(self, job, node):
        last = node == len(job.nodes()) and "receive_last" in self.words
        return self.fill(self.words["receive_last" if last else "receive"], job, node)

    def send(self, job):
        return self.fill(self.words["send"], job, MASTER)


PEERS = [Mbuffer(), Udpcast(), Uftp(), Aria2()]


class Outcome:
    """`seconds` until all nodes that stayed healthy had the file, None when they had not in time; `right`: how many of
    them have the right bytes, of `healthy`; `cpu` seconds of all programs."""

    def __init__(self):
        self.seconds, self.right, self.healthy, self.cpu, self.memory, self.served = None, 0, 0, 0.0, 0.0, None
        self.said = ""  # the ends of all logs

    @property
    def whole(self):
        return self.seconds is not None and self.right == self.healthy


class Trial:
    """One run of one tool, with or without something that happens in the middle."""

    def __init__(self, tool, network, folder, source, digest, build, limit):
        self.tool, self.network, self.digest, self.limit = tool, network, digest, limit
        self.folder = folder / "trial"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        self.job = Job(network, self.folder, source, build)
        self.receivers, self.past, self.helpers, self.sender = {}, [], [], None
        self.start, self.waiting = None, []

    def later(self, seconds, action):
        """Within an event: `action` happens that much after it."""
        self.waiting.append((time.monotonic() + seconds, action))

    def receive(self, node):
        if node in self.receivers:
            self.past.append(self.receivers[node])
        self.receivers[node] = Process(self.network, node, self.tool.receive(self.job, node), self.job.log(node), self.job.root(node))

    def send(self):
        if self.sender:
            self.past.append(self.sender)
        self.sender = Process(self.network, MASTER, self.tool.send(self.job), self.job.log(MASTER))

    def has(self, node):
        return node in self.receivers and self.tool.has(self.job, node, self.receivers[node])

    def run(self, event=None, at=None, absent=()):
        """`event(trial)` happens `at` seconds after the start and returns the nodes that are not healthy since."""
        outcome = Outcome()
        try:
            self._run(outcome, event, at, absent)
        finally:
            for process in [self.sender, *self.receivers.values(), *self.past, *self.helpers]:
                if process:
                    process.stop()
                    outcome.cpu += process.cpu
                    outcome.memory = max(outcome.memory, process.memory)
            outcome.said = "".join(f"    {log.name}: {line}\n" for log in sorted(self.folder.glob("*.log"))
                                   for line in log.read_text(errors="replace").splitlines()[-3:])
            shutil.rmtree(self.folder, ignore_errors=True)
        return outcome

    def _run(self, outcome, event, at, absent):
        self.helpers = self.tool.prepare(self.job)
        nodes = [node for node in self.job.nodes() if node not in absent]
        for node in reversed(nodes) if self.tool.reverse else nodes:
            self.receive(node)
            end = time.monotonic() + 5
            while not self.tool.listens(self.job, node, self.receivers[node]) and time.monotonic() < end:
                time.sleep(0.005)
        self.start = time.monotonic()
        self.send()
        healthy, has = set(self.job.nodes()), {}
        while time.monotonic() - self.start < self.limit:
            now = time.monotonic() - self.start
            if event and now >= at:
                sick, event = set(event(self)), None
                healthy -= sick
            while self.waiting and time.monotonic() >= self.waiting[0][0]:
                self.waiting.pop(0)[1]()
            for node in self.job.nodes():
                if node not in has and self.has(node):
                    has[node] = time.monotonic() - self.start
            self.sender.poll()
            if not event and not self.waiting and healthy <= set(has):
                break
            time.sleep(0.005)
        outcome.healthy = len(healthy)
        if healthy <= set(has):
            outcome.seconds = max(has[node] for node in healthy)
        self._finish(outcome, healthy, has)

    def _finish(self, outcome, healthy, has):
        # A tool that serves the slow ones after the others is given time for it.
        rest = set(self.job.nodes()) - healthy
        end = time.monotonic() + (self.limit if outcome.seconds is not None else 0)
        while time.monotonic() < end and not all(process.poll() for process in [self.sender, *self.receivers.values()]):
            if self.tool.stays:
                break
            if rest and all(self.has(node) for node in rest) and self.sender.poll():
                break
            if self.sender.poll() and time.monotonic() > self.sender.ended + 2:
                break
            time.sleep(0.01)
        for node in self.job.nodes():
            self.tool.finish(self.job, node)
        outcome.right = sum(self.job.right(node, self.digest) for node in healthy)
        outcome.served = sum(self.job.right(node, self.digest) for node in rest)
