"""proxy.py HOW VICTIM TARGET: stands between a node and the one before it, and spoils what goes through.

Listens on port 8090 and passes everything on to TARGET:8090. Connections from VICTIM's address are treated in the way
HOW; those of others go through as they are. What went through is in the file `wire`.
"""
import socket
import struct
import sys
import threading
import time

HOW, VICTIM, TARGET = sys.argv[1:4]
HELLO, CHALLENGE, PROOF, BEGIN, HAVE, CHUNK, BLOCK, BEAT, REPORT = 1, 2, 3, 5, 6, 10, 12, 20, 21
lock = threading.Lock()
happened = {}
wire = open("wire", "ab", buffering=0)


def nth(name, wanted):
    """True at the wanted occurrence of something, over all connections."""
    with lock:
        happened[name] = happened.get(name, 0) + 1
        return happened[name] == wanted


def every(name, wanted):
    with lock:
        happened[name] = happened.get(name, 0) + 1
        return happened[name] % wanted == 0


def flip(frame, place):
    changed = bytearray(frame)
    changed[place] ^= 4
    return bytes(changed)


def read(connection, size):
    data = b""
    while len(data) < size:
        piece = connection.recv(size - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def read_frame(connection):
    header = read(connection, 5)
    kind, size = struct.unpack(">BI", header)
    seal = 0 if kind in (HELLO, CHALLENGE, PROOF, BLOCK) else 16
    return kind, header + read(connection, size + seal)


def spoil(kind, frame):
    """The pieces to pass on; raises EOFError to cut the connection after what is in its argument."""
    if HOW == "blocks" and kind == BLOCK and every("block", 37):
        return flip(frame, 5 + 16 + 1000)
    if HOW == "offsets" and kind == BLOCK and nth("block", 40):
        return flip(frame, 5 + 6)
    if HOW == "lengths" and kind == BLOCK and nth("block", 40):
        return flip(frame, 3)
    if HOW == "offer" and kind == BEGIN and nth("begin", 1):
        return flip(frame, 200)
    if HOW == "chunks" and kind == CHUNK and nth("chunk", 3):
        return flip(frame, 20)
    if HOW == "signatures" and kind == CHUNK and nth("chunk", 3):
        return flip(frame, 60)
    if HOW == "reports" and kind == REPORT and nth("report", 1):
        return flip(frame, 9)
    if HOW == "beats" and kind == BEAT and nth("beat", 2):
        return flip(frame, 8)
    if HOW == "replay" and kind == CHUNK and nth("chunk", 3):
        return frame + frame
    if HOW == "replay-blocks" and kind == BLOCK and every("block", 20):
        return frame + frame
    if HOW == "cut" and kind == BLOCK and nth("block", 70):
        raise EOFError(frame[: len(frame) // 2])
    if HOW == "delay" and every("frame", 40):
        time.sleep(0.05)
    return frame


def pass_frames(source, sink):
    try:
        while True:
            sink.sendall(spoil(*read_frame(source)))
    except EOFError as end:
        if end.args:
            sink.sendall(end.args[0])


def pass_bytes(source, sink, damaging):
    """When nothing can be read in it: one bit is flipped somewhere in the middle."""
    count = 0
    while piece := source.recv(65536):
        if damaging and count < 1_000_000 <= count + len(piece) and nth("byte", 1):
            piece = flip(piece, len(piece) // 2)
        count += len(piece)
        wire.write(piece)
        sink.sendall(piece)


def go_on(source, sink, is_victim, down):
    try:
        if is_victim and HOW not in ("bytes", "listen"):
            pass_frames(source, sink)
        else:
            pass_bytes(source, sink, is_victim and down and HOW == "bytes")
    except OSError:
        pass
    for each in (source, sink):
        try:
            each.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


listening = socket.create_server(("", 8090), backlog=50)
while True:
    connection, (peer, _) = listening.accept()
    try:
        onward = socket.create_connection((TARGET, 8090))
    except OSError:
        connection.close()
        continue
    for one, other, down in ((connection, onward, True), (onward, connection, False)):
        threading.Thread(target=go_on, args=(one, other, peer == VICTIM, down), daemon=True).start()
