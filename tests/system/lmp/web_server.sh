# Sourced by tests: any static web server, on loopback; it ends with the test.
#   web_server DIR               serves the folder; $web is its address
web_server() {
  export no_proxy=127.0.0.1
  setpriv --pdeathsig KILL python3 -u -m http.server 0 --bind 127.0.0.1 --directory "$1" >"$TEST_DIR/web.port" 2>/dev/null &
  local port=
  while [ -z "$port" ]; do
    kill -0 $! || return 1
    sleep 0.1
    port=$(sed -n 's/.* port \([0-9]*\) .*/\1/p' "$TEST_DIR/web.port")
  done
  web=http://127.0.0.1:$port
}
