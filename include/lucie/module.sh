# Shell library for installer modules (lucie-modules(7)); POSIX sh. A module is:
#
#   #!/bin/sh
#   . "${LUCIE_MODULE_LIBRARY:-/usr/share/lucie/module.sh}"
#   needs="target" after="packages" produces="data"
#   weight=5 timeout=600 retries=1
#   run() {
#     progress 0.1 fetching
#     in_target chown -R gene:gene "/srv/$(slice answers/gene/folder)"
#   }
#   module "$@"
#
# needs     what must be there first (some module before it in the list produces it)
# after     what must be there first if some module of the list produces it; "all": everything before it
# produces  what is there when it has run
# A module that sets neither needs nor after runs after all modules before it in the list; one that leaves
# produces unset is waited for by all behind it.
unset needs after produces weight timeout retries

# Words as a JSON list.
_json_list() {
  _json_separator=
  printf '['
  for _json_word in $1; do
    printf '%s"%s"' "$_json_separator" "$_json_word"
    _json_separator=,
  done
  printf ']'
}

_describe() {
  printf '{"version":1,"weight":%s,"timeout":%s,"retries":%s' "${weight:-1}" "${timeout:-3600}" "${retries:-0}"
  [ -z "${needs+set}${after+set}" ] || {
    printf ',"needs":'
    _json_list "${needs:-}"
    printf ',"after":'
    _json_list "${after:-}"
  }
  [ -z "${produces+set}" ] || {
    printf ',"produces":'
    _json_list "$produces"
  }
  printf '}\n'
}

# progress FRACTION [TEXT]: how far this module is, 0 to 1.
progress() { printf '::progress %s\n' "$*"; }

# note TEXT: a line of the log. Whatever a module prints is logged.
note() { printf '%s\n' "$*"; }

# fail TEXT: ends the module; the text is told to the server.
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# slice KEY: a value of the slice (host, address, answers/LMP/QUESTION …), a list one element a line.
slice() { "${LUCIE_PROGRAM:-lucie-installer}" --get "$1"; }

# fetch NAME: what the server keeps for this node alone, as in "host-keys.tar", on standard output.
fetch() { "${LUCIE_PROGRAM:-lucie-installer}" --fetch "$1"; }

# in_target COMMAND…: runs it in the node's root.
in_target() { chroot "${LUCIE_TARGET:-/}" "$@"; }

# module "$@": the last line of a module.
module() {
  case ${1:-} in
    --describe) _describe ;;
    '')
      set -e
      run
      ;;
    *)
      printf 'Usage: %s [--describe]\n' "${0##*/}" >&2
      exit 2
      ;;
  esac
}
