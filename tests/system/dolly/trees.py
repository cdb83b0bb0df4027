"""make DIR: a tree with everything that a tree can have. compare A B: exit 1 and a list of what differs."""
import os
import socket
import stat
import sys


def make(root):
    os.makedirs(f"{root}/folder/inner/empty")
    for number in range(300):
        with open(f"{root}/folder/{number:03}", "wb") as file:
            file.write(os.urandom(number * 37))
    with open(f"{root}/large", "wb") as file:
        file.write(os.urandom(9_000_000))
    with open(f"{root}/holes", "wb") as file:
        file.seek(20_000_000)
        file.write(b"end")
        file.truncate(30_000_000)
    open(f"{root}/nothing", "wb").close()
    with open(os.fsencode(root) + b"/name \xff \n'\"", "wb") as file:
        file.write(b"a strange name")
    os.symlink("large", f"{root}/link")
    os.symlink("/nowhere/at/all", f"{root}/dangling")
    os.link(f"{root}/large", f"{root}/folder/same")
    os.mkfifo(f"{root}/pipe", 0o620)
    os.mknod(f"{root}/null", stat.S_IFCHR | 0o666, os.makedev(1, 3))
    server = socket.socket(socket.AF_UNIX)
    server.bind(f"{root}/socket")
    os.chown(f"{root}/folder/007", 1234, 4321)
    os.chown(f"{root}/link", 77, 78, follow_symlinks=False)
    os.chmod(f"{root}/large", 0o4751)
    os.chmod(f"{root}/folder/inner", 0o1555)
    os.setxattr(f"{root}/large", "user.colour", b"red\x00\xff")
    os.setxattr(f"{root}/folder", "user.shape", b"round")
    os.setxattr(f"{root}/nothing", "trusted.mine", b"root only")
    os.utime(f"{root}/folder/010", ns=(1, 981_173_106_123_456_789))
    os.utime(f"{root}/link", ns=(1, 999_999_999), follow_symlinks=False)
    for folder in ("folder/inner/empty", "folder/inner", "folder", ""):
        os.utime(f"{root}/{folder}", ns=(1, 1_234_567_890_000_000_001))


def facts(path):
    status = os.lstat(path)
    known = {
        "mode": oct(status.st_mode), "owner": (status.st_uid, status.st_gid), "changed": status.st_mtime_ns,
        "attributes": {name: os.getxattr(path, name, follow_symlinks=False)
                       for name in os.listxattr(path, follow_symlinks=False)
                       if not name.startswith("user.lucie.")},
    }
    if stat.S_ISREG(status.st_mode):
        with open(path, "rb") as file:
            known["content"] = file.read()
        known["links"] = status.st_nlink
    elif stat.S_ISLNK(status.st_mode):
        known["target"] = os.readlink(path)
    elif not stat.S_ISDIR(status.st_mode):
        known["device"] = status.st_rdev
    return known


def everything(root):
    found = {b"": facts(root)}
    for folder, folders, files in os.walk(os.fsencode(root)):
        for name in folders + files:
            path = os.path.join(folder, name)
            if not stat.S_ISSOCK(os.lstat(path).st_mode):
                found[os.path.relpath(path, os.fsencode(root))] = facts(path)
    return found


def compare(one, other):
    first, second = everything(one), everything(other)
    for path in sorted(first.keys() | second.keys()):
        a, b = first.get(path), second.get(path)
        if a is None or b is None:
            print(f"{path}: only in {other if a is None else one}")
            continue
        for what in a.keys() | b.keys():
            if a.get(what) != b.get(what):
                print(f"{path}: {what}: {str(a.get(what))[:80]} / {str(b.get(what))[:80]}")
    same = first == second
    blocks = os.stat(f"{other}/holes").st_blocks if os.path.exists(f"{other}/holes") else 0
    if blocks > 1000:
        print(f"holes takes {blocks} blocks")
    return same and blocks <= 1000


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2])
    else:
        sys.exit(0 if compare(sys.argv[2], sys.argv[3]) else 1)
