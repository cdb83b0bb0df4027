# attack.py SERVER HOST KEY OTHER_KEY KIND: sends lucied a datagram that it must not take, after one that it takes.
# Exit status 0 when the good one was answered and the bad one was not (old-clock: refused with the reason).
import hashlib
import hmac
import socket
import sys
import time

server, host, key, other_key, kind = sys.argv[1:]
network = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def seal(xml, key=key, host=host, kind="report", version=1):
    mac = hmac.new(bytes.fromhex(key), f"{kind}\n{host}\n{xml}".encode(), hashlib.sha256).hexdigest()
    return f"lucie-agent/{version} {kind} {host} {mac}\n{xml}".encode()


def report(name="good", host=host, number=None, more=""):
    number = int(time.time() * 1e6) if number is None else number
    finding = f'<finding lmp="motd" agent="{name}" verdict="ok" seconds="1.0">x</finding>'
    return f'<report version="1" host="{host}" number="{number}" round="0">{finding}{more}</report>'


def ask(datagram, wait):
    network.settimeout(wait)
    network.sendto(datagram, (server, 8082))
    try:
        return network.recv(4096).decode()
    except TimeoutError:
        return ""


good = seal(report())
if 'number="' not in ask(good, 5):
    sys.exit("a good report was not answered")
time.sleep(0.01)
if kind == "replayed" and not ask(seal(report()), 5):
    sys.exit("a second good report was not answered")

evil = report("evil")
bad = {
    "wrong-key": lambda: seal(evil, key=other_key),
    "other-host": lambda: seal(report("evil", host="cnode01"), key=other_key, host="cnode01"),
    "no-seal": lambda: evil.encode(),
    "broken-xml": lambda: seal(evil[:-5]),
    "wrong-version": lambda: seal(evil, version=2),
    "oversized": lambda: seal(report("evil", more=" " * 3000)),
    "empty": lambda: b"",
    "replayed": lambda: good,
    "unknown-element": lambda: seal(report("evil", more="<evil/>")),
    "old-clock": lambda: seal(report("evil", number=int((time.time() - 3600) * 1e6))),
}[kind]()
answer = ask(bad, 5 if kind == "old-clock" else 0.5)
if kind == "old-clock":
    sys.exit(0 if "clock is 60 min 0 s behind" in answer else f"not refused: {answer}")
sys.exit(f"it was answered: {answer}" if answer else 0)
