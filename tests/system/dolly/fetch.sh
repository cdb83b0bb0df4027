#!/usr/bin/env bash
# Nodes that no ring reaches fetch over HTTP, from the sender or from nodes that are complete.
# shellcheck disable=SC2154 # the variables of ring_tap.sh
. "${0%/*}/ring_tap.sh"
command -v nft > /dev/null || { echo "1..0 # SKIP nftables is not installed"; exit 0; }
make_network 3
head -c 9000000 /dev/urandom > data
mkdir folder
echo inside > folder/file
"$dollyplus" keygen keys --quiet && "$dollyplus" keygen others --quiet || exit 1
cp keys/ring.key key
# Nobody can dial n2.
on 2 nft -f - <<< 'table inet firewall { chain in { type filter hook input priority 0; tcp dport 8090 drop; }; }' || exit 1

says() { grep -qF -- "$2" "$1" || { echo "$1 does not say '$2':"; cat "$1"; return 1; }; }

# serve NODE…: receivers that go on after a transfer, and serve what they got.
serve() {
  local node
  for node; do
    mkdir -p "root$node"
    nsenter --target "${holders[node]}" --net "$dollyplus" receive --root "root$node" --key key --http 8091 --json \
      --trust keys/master.pub > "r$node.json" 2> "r$node.log" &
    receivers[$node]=$!
    echo $! >> pids
  done
  all_listen "$@"
}
# ring NODE…: n2 is to get the data, too, but is not reached, and the sender ends.
ring() {
  expect 1 send data --dest my/data --to "$(nodes 1 2 3)" --linger 0 --sign keys/master.key && misses n2:gone
}
served() { serve 1 3 && ring; }

# fetch URL… [option…]: n2 does; its events are in f.json.
fetch() {
  mkdir -p root2
  on 2 timeout 60 "$dollyplus" fetch --root root2 --json "$@" > f.json 2> f.log
}
node() { echo "http://10.77.0.$1:8091/my/data"; }
fetched() { cmp data root2/my/data && [ -z "$(find root2 -name '.*.dolly')" ]; }
trusting=(--key key --trust keys/master.pub --name n2)

from_a_complete_node() {
  served && on 254 true || return 1
  fetch "$(node 1)" "${trusting[@]}" || { cat f.log; return 1; }
  fetched && says f.json '"event":"started","from":"http://10.77.0.1:8091/my/data"' && says f.json '"trusted":true' &&
    says r1.json '{"version":1,"event":"serving","port":8091}' &&
    [ "$(stat -c %Y data)" = "$(stat -c %Y root2/my/data)" ]
}

# The first one is killed in the middle; what it gave is not asked for again.
goes_on_with_the_next() {
  local before
  served || return 1
  shape 2 20mbit
  before=$(came 2)
  { fetch "$(node 1)" "$(node 3)" "${trusting[@]}"; echo $? > status; } &
  local tries
  for ((tries = 0; tries < 600; tries++)); do
    grep -q '"progress"' f.json 2> /dev/null && break
    sleep 0.05
  done
  kill -KILL "${receivers[1]}"
  wait $!
  tc qdisc del dev up2 root
  on 2 tc qdisc del dev ring root
  [ "$(cat status)" = 0 ] || { cat f.log; return 1; }
  fetched && says f.json '"event":"elsewhere"' && says f.json '"from":"http://10.77.0.3:8091/my/data"' && at_most 2 "$before" 11000000
}

# Without any ring: nobody can be dialled, the sender serves.
from_the_sender() {
  nsenter --target "${holders[254]}" --net "$dollyplus" send data --dest my/data --to "$(nodes 2)" --key key --sign keys/master.key \
    --http 8091 --linger 5 --json > sent.json 2> sent.log &
  local sender=$!
  echo $sender >> pids
  shape 2 10mbit # longer than it lingers, but somebody fetches
  fetch "$(node 254)" "${trusting[@]}" || { cat f.log sent.log; return 1; }
  tc qdisc del dev up2 root
  on 2 tc qdisc del dev ring root
  kill -0 $sender || return 1
  fetched && expect 1 wait $sender && misses n2:gone
}

changed_files_are_not_served() {
  served || return 1
  printf x | dd of=root1/my/data bs=1 seek=5 conv=notrunc status=none
  expect 1 fetch "$(node 1)" "${trusting[@]}" && says f.log "status 410: my/data was changed, replaced or removed" && [ ! -e root2/my/data ] || return 1
  # Replaced by another one of the same content, and by a link that leads out.
  cp data root1/my/new && mv root1/my/new root1/my/data
  expect 1 fetch "$(node 1)" "${trusting[@]}" && says f.log "status 410" || return 1
  ln -sf "$PWD/key" root1/my/data
  expect 1 fetch "$(node 1)" "${trusting[@]}" && says f.log "status 410" || return 1
  fetch "$(node 1)" "$(node 3)" "${trusting[@]}" && fetched && says f.json "status 410"
}

# It has the ring's key, and says what it likes: other bytes with the true digests, or with digests that fit.
lie() {
  nsenter --target "${holders[1]}" --net python3 - "$1" > liar.log 2>&1 << 'PYTHON' &
import hashlib, http.server, sys
manifest, size = open("manifest", "rb").read(), 9000000
lines = manifest.split(b"\n", 2)
records = [lines[2][at:at + 96] for at in range(0, len(lines[2]), 96)]
if sys.argv[1] == "digests":
    sizes = [4 << 20, 4 << 20, size - (8 << 20)]
    records = [hashlib.sha256(bytes(each)).digest() + record[32:] for each, record in zip(sizes, records)]
    manifest = b"\n".join(lines[:2]) + b"\n" + b"".join(records)
class Liar(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path.endswith("/manifest"):
            self.send_response(200)
            body = manifest
        else:
            first, last = self.headers["Range"][6:].split("-")
            self.send_response(206)
            body = bytes(int(last) - int(first) + 1)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
http.server.HTTPServer(("10.77.0.1", 8092), Liar).serve_forever()
PYTHON
  echo $! >> pids
  local tries
  for ((tries = 0; tries < 200; tries++)); do
    on 1 ss -Hlt "sport = 8092" | grep -q LISTEN && return
    sleep 0.05
  done
  return 1
}
token() { printf 'dollyplus 5 http' | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$(cat key)" | sed 's/.*= //'; }
liars() {
  local liar=http://10.77.0.1:8092/my/data
  served || return 1
  on 2 curl -sSf -H "X-Lucie-Token: $(token)" -o manifest "$(node 1)/manifest" && lie bytes || return 1
  expect 1 fetch $liar "${trusting[@]}" && says f.log "came damaged 3 times" && [ ! -e root2/my/data ] || return 1
  fetch $liar "$(node 3)" "${trusting[@]}" && fetched && says f.json "came damaged from $liar" || return 1
  # Another file of the same transfer, or one under another name.
  expect 1 fetch http://10.77.0.1:8092/other "${trusting[@]}" && says f.log "which is not what it asked for"
}
forged_digests() {
  local liar=http://10.77.0.1:8092/my/data
  served || return 1
  on 2 curl -sSf -H "X-Lucie-Token: $(token)" -o manifest "$(node 1)/manifest" && lie digests || return 1
  expect 1 fetch $liar "${trusting[@]}" && says f.log "chunk 0 is not signed by the master" && [ ! -e root2/my/data ] || return 1
  # So the signature is what finds it.
  fetch $liar --key key && ! cmp -s data root2/my/data
}
not_believed() {
  served || return 1
  expect 1 fetch "$(node 1)" --key key --trust others/master.pub && says f.log "does not trust the key" || return 1
  expect 1 fetch "$(node 1)" --key key --name n9 && says f.log "it is 'n9', and the transfer is not for a node of this name" || return 1
  expect 1 fetch "$(node 1)" "${trusting[@]}" --issued-after 2199-01-01T00:00:00Z && says f.log "takes none from before"
}

status() { # PATH [option…]
  local path=$1
  shift
  on 2 curl -sS --path-as-is -o body -w '%{http_code}' "$@" "http://10.77.0.1:8091$path"
}
is() { [ "$1" = "$2" ] || { echo "'$1', wanted '$2'"; cat body; return 1; }; }
for_those_with_the_key() {
  served || return 1
  expect 1 fetch "$(node 1)" --key others/ring.key && says f.log "status 403: who asks does not prove" || return 1
  expect 1 fetch "$(node 1)" && says f.log "status 403" || return 1
  is "$(status /my/data/content)" 403 && is "$(status /my/data/content -H 'X-Lucie-Token: ')" 403 &&
    is "$(status /my/data/content -H "X-Lucie-Token: $(token)")" 200 && cmp body data &&
    is "$(status /my/data/content -H "X-Lucie-Token: $(token)" -H 'Range: bytes=10-19')" 206 &&
    [ "$(wc -c < body)" = 10 ] && is "$(status /my/data/content -X POST -H "X-Lucie-Token: $(token)")" 405
}
nothing_else() {
  served || return 1
  echo hidden > root1/my/secret
  local path
  for path in /key /../key /my/../../key /%2e%2e/key /my/secret /root1/my/data //etc/passwd /my '' /my/.data.dolly; do
    is "$(status "$path/content" -H "X-Lucie-Token: $(token)")" 404 || { echo "$path"; return 1; }
    ! grep -q -e hidden -e root: body || { echo "$path"; return 1; }
  done
  is "$(status /my/data -H "X-Lucie-Token: $(token)")" 404 && is "$(status / -H "X-Lucie-Token: $(token)")" 404
}
folders_are_not_served() {
  serve 1 && send folder data --to "$(nodes 1)" --sign keys/master.key && misses || return 1
  is "$(status /folder/manifest -H "X-Lucie-Token: $(token)")" 404 && says body "folder is a folder, and single files alone are served" || return 1
  is "$(status /data/content -H "X-Lucie-Token: $(token)")" 200 && cmp body data || return 1
  mkdir -p root2
  fetch http://10.77.0.1:8091/data --key key --trust keys/master.pub && cmp data root2/data
}
wrong_usage() {
  expect 2 "$dollyplus" receive --root . --key key --encrypt --http 8091 2> log && says log "--http does not go with --encrypt" &&
    expect 2 "$dollyplus" send data --to n1=127.0.0.1 --key key --http 70000 2> log && says log "70000 is not a port" &&
    expect 2 "$dollyplus" receive --root . --output - --key key --http 8091 2> log && says log "not what goes to --output" &&
    expect 2 "$dollyplus" fetch http://127.0.0.1:1/x --root . --key key --token key 2> log && says log "either --token FILE or --key FILE"
}

for test in from_a_complete_node goes_on_with_the_next from_the_sender changed_files_are_not_served liars forged_digests \
  not_believed for_those_with_the_key nothing_else folders_are_not_served wrong_usage; do
  fresh
  rm -f f.json f.log body
  step "${test//_/ }" "$test"
done
fresh
finish
