"""What the benches share: LMPs made for them, a package server of text, and runs whose time and memory are taken.

Every bench works in `scratch()`, a folder of its own that is gone when it ends, also when it is interrupted.
"""

import argparse
import contextlib
import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = "test-1"  # of the package server of text


def arguments(text, lmps=1000, runs=5):
    """The options that every bench has; add more before parse_args()."""
    parser = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path(os.environ.get("LUCIE_BUILD", ROOT / "build")),
                        help="folder that Lucie was built in (build)")
    parser.add_argument("--lmps", type=int, default=lmps, help="how many LMPs (%(default)s)")
    parser.add_argument("--runs", type=int, default=runs, help="runs whose median is taken (%(default)s)")
    parser.add_argument("--json", action="store_true", help="one record instead of a table")
    return parser


def program(build, room="lmp", name=None):
    """Path of a program that was built; ends the bench when it is not there."""
    path = build.resolve() / "src" / room / (name or room)
    if not path.exists():
        sys.exit(f"error: {path} is missing\nhint: meson setup build && ninja -C build")
    return path


def need(*names):
    """Ends the bench when a program that it compares with is not installed."""
    missing = [name for name in names if shutil.which(name) is None]
    if missing:
        sys.exit(f"error: not installed: {', '.join(missing)}\nhint: packaging/install-packages build run test bench")


@contextlib.contextmanager
def scratch():
    """A temporary folder."""
    def stop(number, _):
        sys.exit(128 + number)
    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        with tempfile.TemporaryDirectory(prefix="lucie-bench-") as folder:
            yield pathlib.Path(folder)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def write(path, text, mode=0o644):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)


def package_server(folder, packages=("base-files", "editor")):
    """A package server for TARGET with packages that fit together. Returns the definitions that name it."""
    stanzas = "".join(f"Package: {name}\nVersion: 1\nArchitecture: all\nFilename: ./{name}.deb\nSize: 1\n"
                      f"SHA256: {number:064d}\n{'Essential: yes' + chr(10) if number == 0 else ''}\n"
                      for number, name in enumerate(packages))
    write(folder / "server" / "Packages", stanzas)
    definitions = folder / "lucie.conf"
    write(definitions, f"define package_server{{\n    name     text\n    target   {TARGET}\n    kind     apt\n"
                       f"    uri      file:{folder}/server\n    suite    ./\n    trusted  yes\n}}\n")
    return definitions


def make_lmp(folder, name, packages="editor", paths=None):
    """One LMP of 5 templates, 1 script, 1 front end and 1 agent. `paths`: the templates' paths on the node, by
    default its own; a path that other LMPs name too makes them conflict."""
    tree = folder / name
    word = name.replace("-", "_")
    write(tree / "lmp.conf", f"""define lmp{{
    lmp_name      {name}
    version       1.0-1
    summary       settings of {name} for the nodes
    description   Configures {name} on every node that asks for it: where it listens, which hosts it trusts and how \\
                  much it writes into its log.
    maintainer    A Bench <bench@example.org>
    license       GPL-3.0-or-later
}}
define package_list{{
    target        {TARGET}
    packages      {packages}
}}
""")
    for number, path in enumerate(paths or [f"/etc/{name}/part{part}.conf" for part in range(5)]):
        write(tree / "files" / (path.lstrip("/") + ".in"), f"""# Part {number} of the settings of {name}, for @{{host.name}}.
[{word}.{number}]
address   = @{{host.address}}
port      = {5000 + number}
verbosity = @{{answer.verbosity}}
@{{if answer.trusting}}
trust     = all
@{{else}}
trust     = listed
@{{end}}
""" + "".join(f"limit.{limit} = {limit * 64 + number}  # of {word}\n" for limit in range(20)))
    write(tree / "scripts" / f"50-{name}", f"""#!/bin/sh
# Prepares {name} on the node.
set -e
if [ "$LUCIE_ANSWER_verbosity" = loud ]; then
    echo "{name}: everything is written into the log"
fi
chmod 0640 /etc/{name}/part0.conf 2>/dev/null || :
mkdir -p /var/lib/{name}
""", 0o755)
    write(tree / "agents" / name, f"""#!/bin/sh
# Is the folder of {name} there?
if [ -d /var/lib/{name} ]; then
    echo "{name} is ready"
    exit 0
fi
echo "/var/lib/{name} is missing"
exit 2
""", 0o755)
    write(tree / "debconf" / "config", f"""#!/bin/sh
set -e
. /usr/share/debconf/confmodule
db_input medium lmp-{name}/verbosity || true
db_input medium lmp-{name}/trusting || true
db_go || true
""", 0o755)
    write(tree / "debconf" / "templates", f"""Template: lmp-{name}/verbosity
Type: select
Choices: quiet, loud
Default: quiet
Description: How much {name} writes:
 The log of a node that is watched closely may hold every request.

Template: lmp-{name}/trusting
Type: boolean
Default: false
Description: Does {name} trust every host?
 Otherwise only the hosts that the cluster's definitions name.
""")


def make_lmps(folder, count, packages="editor"):
    """`count` LMPs in `folder`, none of which excludes another. Returns their names."""
    names = [f"service{number:04d}" for number in range(count)]
    for name in names:
        make_lmp(folder, name, packages)
    return names


def environment(folder, **more):
    """Variables under which Lucie's programs touch nothing but `folder`."""
    places = {"LUCIE_ETC": "etc", "LUCIE_STATE": "state", "LUCIE_CACHE": "cache", "LUCIE_RUN": "run", "LUCIE_LMPS": "installed"}
    return {**os.environ, **{key: str(folder / name) for key, name in places.items()}, "LC_ALL": "C.UTF-8",
            "SOURCE_DATE_EPOCH": "1700000000", **more}


class Run:
    """One run of a command: `seconds` of wall clock, `cpu`, the processors' time of all its processes in
    seconds, and `peak`, the most memory of one of its processes in MB (1e6 bytes; never less than this Python's own,
    which the new process begins with)."""

    def __init__(self, command, env=None, cwd=None):
        start = time.monotonic()
        with tempfile.TemporaryFile() as said:
            child = subprocess.Popen([str(word) for word in command], env=env, cwd=cwd, stdin=subprocess.DEVNULL,
                                     stdout=subprocess.DEVNULL, stderr=said)
            try:
                _, status, usage = os.wait4(child.pid, 0)
            except BaseException:
                child.kill()
                child.wait()
                raise
            child.returncode = os.waitstatus_to_exitcode(status)
            self.seconds = time.monotonic() - start
            self.cpu = usage.ru_utime + usage.ru_stime
            self.peak = usage.ru_maxrss * 1024 / 1e6
            if child.returncode != 0:
                said.seek(0)
                sys.exit(f"error: exit status {child.returncode}: {' '.join(str(word) for word in command)}\n"
                         + said.read().decode(errors="replace"))


def median(values):
    return statistics.median(values)


def repeat(runs, command, env=None, cwd=None, before=None):
    """Runs `command` that often, `before()` ahead of each outside the clock. Returns the runs."""
    done = []
    for _ in range(runs):
        if before:
            before()
        done.append(Run(command, env, cwd))
    return done


def seconds(runs):
    return median(run.seconds for run in runs)


def cpu(runs):
    return median(run.cpu for run in runs)


def peak(runs):
    """The most that any of them took, in MB."""
    return max(run.peak for run in runs)


class Report:
    """Rows of what was measured and what is wanted; the exit status says whether all is met."""

    def __init__(self, as_json=False):
        self.as_json = as_json
        self.rows = []

    def add(self, what, value, unit, wanted=None, least=None):
        """`wanted`: the most that it may be, `least`: the least; both None for what is only told."""
        row = {"what": what, "value": round(value, 4), "unit": unit, "wanted": wanted, "met": None}
        if wanted is not None:
            row["met"] = value <= wanted
        if least is not None:
            row.update(least=least, met=value >= least)
        self.rows.append(row)

    def say(self, what, text, missed=False):
        """What cannot be counted; `missed`: it is not what is wanted."""
        self.rows.append({"what": what, "text": text, "met": False if missed else None})

    def finish(self):
        if self.as_json:
            print(json.dumps({"version": 1, "rows": self.rows}, indent=2))
        else:
            width = max(len(row["what"]) for row in self.rows)
            for row in self.rows:
                print(f"{row['what']:{width}}  {self._told(row)}")
        return 0 if all(row["met"] is not False for row in self.rows) else 1

    @staticmethod
    def _told(row):
        verdict = "met" if row["met"] else "MISSED"
        if "text" in row:
            return f"{row['text']:>8}{': ' + verdict if row['met'] is False else ''}"
        value = f"{row['value']:.4g}" if abs(row["value"]) < 100 else f"{row['value']:.0f}"
        for sign, key in (("<=", "wanted"), (">=", "least")):
            if row.get(key) is not None:
                return f"{value:>8} {row['unit']}   wanted {sign} {row[key]:.4g} {row['unit']}: {verdict}"
        return f"{value:>8} {row['unit']}"
