#!/usr/bin/env python3
"""Makes one small package universe, from a seed: judge_cases.py deb|rpm SEED FOLDER

A package "question" depends on what is asked for, so that every judge is asked the same. For debs it writes
FOLDER/Packages, for rpms FOLDER/repodata.
"""
import hashlib
import os
import random
import sys
from xml.sax.saxutils import quoteattr


class Case:
    """Packages with their relations in neutral form: (name, operator or "", version)."""

    def __init__(self, seed, rich):
        self.random = random.Random(seed)
        self.rich = rich
        self.names = [f"p{i}" for i in range(self.random.randint(4, 90))]
        self.virtual = [f"v{i}" for i in range(self.random.randint(1, 8))]
        # How much stands in the way: about half of all cases are to be impossible.
        self.hostility = self.random.choice([0.05, 0.15, 0.3, 0.5] if not rich else [0.05, 0.15, 0.3, 0.5])
        self.absence = self.random.choice([0, 0.01, 0.05] if not rich else [0, 0, 0.01, 0.03])
        self.strictness = 0.3 if not rich else 0.1
        self.packages = []
        for name in self.names:
            for version in sorted(self.random.sample(range(1, 5), self.random.choice([1, 1, 1, 2, 3]))):
                self.packages.append(self.package(name, version))
        self.packages = self.packages[:199]
        wanted = [[self.atom()] for _ in range(self.random.randint(1, 6))]
        self.packages.append({"name": "question", "version": 1, "depends": wanted, "provides": [],
                              "conflicts": [], "breaks": [], "recommends": []})

    def atom(self):
        """A name, now and then of nothing, now and then with a version."""
        if self.random.random() < self.absence:
            return (f"absent{self.random.randint(0, 3)}", "", "")
        name = self.random.choice(self.names if self.random.random() < 0.8 else self.virtual)
        if self.random.random() < self.strictness:
            return (name, self.random.choice(["<", "<=", "=", ">=", ">"]), str(self.random.randint(1, 4)))
        return (name, "", "")

    def several(self, most, make):
        return [make() for _ in range(self.random.randint(0, most))]

    def dependency(self):
        """Alternatives; where there are rich dependencies one of these now and then."""
        if self.rich and self.random.random() < 0.4:
            return [self.rich_dependency()]
        return [self.atom() for _ in range(self.random.choice([1, 1, 1, 2, 3]))]

    def rich_dependency(self, depth=0):
        def operand():
            if depth < 1 and self.random.random() < 0.3:
                return self.rich_dependency(depth + 1)
            return written(self.atom())
        kind = self.random.choice(["and", "or", "if", "else"])
        if kind in ("and", "or"):
            return "(" + f" {kind} ".join(operand() for _ in range(self.random.choice([2, 2, 3]))) + ")"
        if kind == "if":
            return f"({operand()} if {written(self.atom())})"
        return f"({operand()} if {written(self.atom())} else {operand()})"

    def provided(self):
        versioned = self.random.random() < 0.5
        return (self.random.choice(self.virtual), "=" if versioned else "",
                str(self.random.randint(1, 4)) if versioned else "")

    def package(self, name, version):
        hostile = self.random.random() < self.hostility
        return {"name": name, "version": version, "depends": self.several(2 if self.rich else 3, self.dependency),
                "recommends": self.several(1, lambda: [self.atom()]),
                "provides": self.several(1, self.provided),
                "conflicts": self.several(2, self.atom) if hostile else [],
                "breaks": self.several(1, self.atom) if hostile else []}


def written(atom):
    name, operator, version = atom
    return f"{name} {operator} {version}" if operator else name


def deb_relation(atom):
    name, operator, version = atom
    strict = {"<": "<<", ">": ">>"}
    return f"{name} ({strict.get(operator, operator)} {version})" if operator else name


def write_debs(case, folder):
    with open(os.path.join(folder, "Packages"), "w", encoding="utf-8") as out:
        for package in case.packages:
            stanza = [f"Package: {package['name']}", f"Version: {package['version']}", "Architecture: all",
                      "Maintainer: Test <test@example.org>"]
            for field in ("depends", "recommends"):
                if package[field]:
                    groups = (" | ".join(map(deb_relation, group)) for group in package[field])
                    stanza.append(f"{field.capitalize()}: " + ", ".join(groups))
            for field in ("provides", "conflicts", "breaks"):
                if package[field]:
                    stanza.append(f"{field.capitalize()}: " + ", ".join(map(deb_relation, package[field])))
            name = f"{package['name']}_{package['version']}_all.deb"
            stanza += [f"Filename: ./{name}", "Size: 1", "SHA256: " + hashlib.sha256(name.encode()).hexdigest(),
                       "Description: case"]
            out.write("\n".join(stanza) + "\n\n")


def rpm_entry(relation):
    if isinstance(relation, str):
        return f"<rpm:entry name={quoteattr(relation)}/>"
    name, operator, version = relation
    if not operator:
        return f'<rpm:entry name="{name}"/>'
    flags = {"<": "LT", "<=": "LE", "=": "EQ", ">=": "GE", ">": "GT"}[operator]
    return f'<rpm:entry name="{name}" flags="{flags}" epoch="0" ver="{version}"/>'


def rpm_dependency(group):
    if len(group) == 1:
        return group[0]
    return "(" + " or ".join(one if isinstance(one, str) else written(one) for one in group) + ")"


def rpm_package(package):
    identity = hashlib.sha256(repr(package).encode()).hexdigest()
    evr = f'epoch="0" ver="{package["version"]}" rel="1"'
    lists = {"provides": package["provides"], "requires": [rpm_dependency(group) for group in package["depends"]],
             "conflicts": package["conflicts"] + package["breaks"],
             "recommends": [rpm_dependency(group) for group in package["recommends"]]}
    own = f'<rpm:entry name="{package["name"]}" flags="EQ" {evr}/>'
    text = "".join(f"<rpm:{kind}>{own if kind == 'provides' else ''}{''.join(map(rpm_entry, entries))}</rpm:{kind}>"
                   for kind, entries in lists.items())
    head = (f'<package type="rpm"><name>{package["name"]}</name><arch>noarch</arch><version {evr}/>'
            f'<checksum type="sha256" pkgid="YES">{identity}</checksum><summary>case</summary>'
            f'<description>case</description><packager/><url/><time file="1" build="1"/>'
            f'<size package="1" installed="1" archive="1"/><location href="{identity[:16]}.rpm"/>'
            f"<format><rpm:license>x</rpm:license>{text}</format></package>\n")
    files = f'<package pkgid="{identity}" name="{package["name"]}" arch="noarch"><version {evr}/></package>\n'
    return head, files


def write_rpms(case, folder):
    os.makedirs(os.path.join(folder, "repodata"), exist_ok=True)
    made = [rpm_package(package) for package in case.packages]
    common, count = "http://linux.duke.edu/metadata/", len(made)
    tables = {
        "primary": f'<metadata xmlns="{common}common" xmlns:rpm="{common}rpm" packages="{count}">\n'
                   + "".join(head for head, _ in made) + "</metadata>\n",
        "filelists": f'<filelists xmlns="{common}filelists" packages="{count}">\n'
                     + "".join(files for _, files in made) + "</filelists>\n"}
    records = ""
    for kind, text in tables.items():
        text = '<?xml version="1.0" encoding="UTF-8"?>\n' + text
        with open(os.path.join(folder, "repodata", f"{kind}.xml"), "w", encoding="utf-8") as out:
            out.write(text)
        records += (f'<data type="{kind}"><checksum type="sha256">{hashlib.sha256(text.encode()).hexdigest()}</checksum>'
                    f'<location href="repodata/{kind}.xml"/><timestamp>1</timestamp></data>\n')
    with open(os.path.join(folder, "repodata", "repomd.xml"), "w", encoding="utf-8") as out:
        out.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<repomd xmlns="{common}repo">\n{records}</repomd>\n')


def main():
    kind, seed, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    os.makedirs(folder, exist_ok=True)
    (write_debs if kind == "deb" else write_rpms)(Case(f"{kind} {seed}", kind == "rpm"), folder)


if __name__ == "__main__":
    main()
