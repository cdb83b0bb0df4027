#!/usr/bin/env python3
"""The shell lines of docs/ci/*.yml.

    ci_recipes.py FILE JOB STEP…    prints the lines of a job's steps, as the service would run them: of GitHub by the
                                    steps' names, of GitLab by the keys before_script and script
    ci_recipes.py FILE --variables  prints the recipe's own variables as NAME=VALUE
    ci_recipes.py FILE --all        prints all of its shell lines"""

import sys

import yaml


def lines(recipe, job, step):
    if "jobs" in recipe:
        found = [part["run"] for part in recipe["jobs"][job]["steps"] if part.get("name") == step]
    else:
        found = recipe[job].get(step, [])
    if not found:
        sys.exit(f"job {job} has no {step}")
    return "\n".join(found)


def every_line(recipe):
    if "jobs" in recipe:
        return "\n".join(step["run"] for job in recipe["jobs"].values() for step in job["steps"] if "run" in step)
    jobs = [job for job in recipe.values() if isinstance(job, dict) and "script" in job]
    return "\n".join(line for job in jobs for line in job.get("before_script", []) + job["script"])


def main():
    with open(sys.argv[1]) as file:
        recipe = yaml.safe_load(file)
    if sys.argv[2] == "--variables":
        for name, value in (recipe.get("env") or recipe["variables"]).items():
            print(f"{name}={value}")
    elif sys.argv[2] == "--all":
        print(every_line(recipe))
    else:
        for step in sys.argv[3:]:
            print(lines(recipe, sys.argv[2], step))


main()
