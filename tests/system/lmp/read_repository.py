#!/usr/bin/env python3
"""Reads a repository as apt and dnf do: the file that names all others first, then, after a moment, what it names.

    read_repository.py REPO              once; prints the LMPs that both formats have, one a line
    read_repository.py REPO --until FILE again and again until FILE is there; prints how often

Ends with status 1 and a line when something that is named is missing or has another digest, or, with one reading, when
the two formats do not have the same LMPs."""

import gzip
import hashlib
import pathlib
import random
import re
import sys
import time
import zlib


class Fault(Exception):
    pass


def checked(path, digest):
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Fault(f"{path}: {error}") from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise Fault(f"{path}: another digest than {digest}")
    return content


def pause(slow):
    if slow:
        time.sleep(random.random() * 0.3)


def read_debs(repo, slow):
    release = repo / "dists/lucie/Release"
    if not release.exists():
        return set()
    text = release.read_text()
    pause(slow)
    packages = {}
    for digest, name in re.findall(r"^ ([0-9a-f]{64}) \d+ (\S+)$", text, re.M):
        path = repo / "dists/lucie" / name
        content = checked(path.parent / "by-hash/SHA256" / digest, digest)
        if name.endswith(".gz"):
            content = gzip.decompress(content)
        for stanza in content.decode().split("\n\n"):
            fields = dict(re.findall(r"^(\S+): (.*)$", stanza, re.M))
            if fields:
                packages[fields["Filename"]] = fields
    pause(slow)
    for name, fields in packages.items():
        checked(repo / name, fields["SHA256"])
    return {fields["Package"] + " " + fields["Version"] for fields in packages.values()}


def read_rpms(repo, slow):
    index = repo / "repodata/repomd.xml"
    if not index.exists():
        return set()
    text = index.read_text()
    pause(slow)
    found = {}
    for kind, digest, place in re.findall(r'<data type="(\w+)">\s*<checksum type="sha256">(\w+)<.*?href="([^"]*)"', text, re.S):
        found[kind] = zlib.decompress(checked(repo / place, digest), 47).decode()
    pause(slow)
    names = set()
    for entry in re.findall(r"<package .*?</package>", found["primary"], re.S):
        digest = re.search(r'pkgid="YES">(\w+)<', entry).group(1)
        checked(repo / re.search(r'<location href="([^"]*)"', entry).group(1), digest)
        if digest not in found["filelists"] or digest not in found["other"]:
            raise Fault(f"{digest} is in primary alone")
        version = re.search(r'ver="([^"]*)" rel="([^"]*)"', entry)
        names.add(re.search("<name>(.*?)<", entry).group(1) + " " + version.group(1)
                  + ("" if version.group(2) == "0" else "-" + version.group(2)))
    return names


def main():
    repo = pathlib.Path(sys.argv[1])
    try:
        if len(sys.argv) == 2:
            debs, rpms = read_debs(repo, False), read_rpms(repo, False)
            if debs != rpms:
                raise Fault(f"in one format only: {sorted(debs ^ rpms)}")
            print("\n".join(sorted(debs)))
            return 0
        count, stop = 0, pathlib.Path(sys.argv[3])
        while not stop.exists():
            read_debs(repo, True)
            read_rpms(repo, True)
            count += 1
        print(count, "times")
        return 0
    except Fault as fault:
        print(fault)
        return 1


if __name__ == "__main__":
    sys.exit(main())
