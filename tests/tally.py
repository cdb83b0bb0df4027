"""Adds up what `meson test` ran: tally.py [--reports FOLDER] LOG…

Reads the suites' logs (FOLDER/suite-NAME.json, a JSON record a line), shows what failed with its output and ends with
`N passed, N failed, N skipped`, which counts the single TAP points. Each file in the folder of reports is what a
sanitizer found: one failure, whatever the test said. Exit 0 when nothing failed and something passed.
"""
import argparse
import json
import os
import re
import sys

POINT = re.compile(r"^(not ok|ok)\b[^#]*(#\s*(skip|todo)\b)?", re.IGNORECASE)
# Said once by every program that switches stacks, as simulated rings do; they tell the sanitizer of each switch.
NO_FINDING = "ASan doesn't fully support makecontext/swapcontext functions"
WHOLE_SKIP = re.compile(r"^1\.\.0\b")


def count(record):
    """(passed, failed, skipped) of one test program."""
    passed = failed = skipped = 0
    whole_skip = False
    for line in record.get("stdout", "").splitlines():
        whole_skip |= bool(WHOLE_SKIP.match(line))
        point = POINT.match(line)
        if not point:
            continue
        if point.group(3) and point.group(3).lower() == "skip":
            skipped += 1
        elif point.group(1).lower() == "ok" or point.group(3):
            passed += 1
        else:
            failed += 1
    result = record["result"]
    if result == "SKIP" or (whole_skip and result == "OK"):
        return passed, failed, skipped + 1
    if result in ("OK", "EXPECTEDFAIL"):
        return passed or (0 if skipped else 1), failed, skipped
    return passed, failed or 1, skipped  # ended early, timed out, crashed: at least one failure


def show(record):
    print(f"\n──── {record['name']}: {record['result']} ────")
    lines = record.get("stdout", "").splitlines()
    print("\n".join(line for line in lines if not line.startswith("ok ")))
    if record.get("stderr"):
        print(record["stderr"].rstrip())


def show_reports(folder):
    """Shows what sanitizers found; returns how many reports there are."""
    count = 0
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as report:
            lines = report.readlines()
        if lines and all(NO_FINDING in line for line in lines):
            continue
        count += 1
        print(f"\n──── {name} ────")
        print("".join(lines[:80]).rstrip())
    return count


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--reports", metavar="FOLDER")
    options.add_argument("logs", nargs="*")
    given = options.parse_args()
    total = [0, 0, 0]
    for path in given.logs:
        if not os.path.exists(path):
            print(f"\n{os.path.basename(path).removesuffix('.json')}: no tests ran")
            total[1] += 1
            continue
        with open(path, encoding="utf-8", errors="replace") as log:
            records = [json.loads(line) for line in log if line.strip()]
        sums = [count(record) for record in records]
        for record, numbers in zip(records, sums):
            if numbers[1]:
                show(record)
        total = [total[kind] + sum(numbers[kind] for numbers in sums) for kind in range(3)]
    if given.reports:
        total[1] += show_reports(given.reports)
    print("\n{} passed, {} failed, {} skipped".format(*total))
    return 0 if total[1] == 0 and total[0] > 0 else 1


sys.exit(main())
