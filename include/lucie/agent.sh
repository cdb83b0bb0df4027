# Shell library for agents (lmp.conf(5), "Agents"); POSIX sh. An agent is:
#
#   #!/bin/sh
#   # recover: systemctl restart ssh
#   . "${LUCIE_AGENT_LIBRARY:-/usr/share/lucie/agent.sh}"
#   process_runs sshd || failure "no sshd runs"
#   port_answers 22 || failure "sshd runs, but does not answer"
#   as_written /etc/ssh/sshd_config.d/lucie.conf || warning "somebody changed $file"
#   ok "sshd answers"
#
# The functions that ask give 0 for yes and print nothing.

# The verdicts: each prints its text and ends the agent.
ok() { printf '%s\n' "$*"; exit 0; }
warning() { printf '%s\n' "$*"; exit 1; }
failure() { printf '%s\n' "$*"; exit 2; }

# _process_lives PID: it is there and no zombie.
_process_lives() {
  [ -r "/proc/$1/stat" ] || return 1
  # The name stands between parentheses and may have blanks and parentheses itself.
  read -r _process_stat < "/proc/$1/stat" || return 1
  case ${_process_stat##*)} in ' Z'* | ' X'*) return 1 ;; esac
}

# process_runs NAME: the process table has a process of that program: its name (15 letters are known of it), or
# the file that it runs, with or without its folder.
process_runs() {
  for _process in /proc/[0-9]*; do
    _process_id=${_process#/proc/}
    [ "$_process_id" != "$$" ] || continue
    read -r _process_name 2> /dev/null < "$_process/comm" || continue
    _process_file=$(readlink "$_process/exe" 2> /dev/null)
    _process_file=${_process_file% (deleted)}
    case $1 in
      "$_process_file" | "${_process_file##*/}") ;;
      *) [ "$_process_name" = "$(printf '%.15s' "$1")" ] || continue ;;
    esac
    _process_lives "$_process_id" && return 0
  done
  return 1
}

# pid_file_runs FILE: the process whose number stands in FILE is alive.
pid_file_runs() {
  read -r _pid_file_process 2> /dev/null < "$1" || [ -n "${_pid_file_process:-}" ] || return 1
  case $_pid_file_process in '' | *[!0-9]*) return 1 ;; esac
  _process_lives "$_pid_file_process"
}

# as_written FILE…: each is as Lucie wrote it (templates and scripts of the LMPs). 1: $file is not, or is gone;
# 2: $file was not written by Lucie.
as_written() {
  for file; do
    _written=$(sed -n "s|^ *\"$(printf '%s' "$file" | sed 's/[][\\.*^$|]/\\&/g')\": \"\([0-9a-f]*\)\",\{0,1\}\$|\1|p" \
      "${LUCIE_FILES:-/var/lib/lucie/files.json}" 2> /dev/null)
    [ -n "$_written" ] || return 2
    _now=$(sha256sum < "$file" 2> /dev/null) || return 1
    [ "${_now%% *}" = "$_written" ] || return 1
  done
}

# port_answers PORT [HOST [SECONDS]]: a TCP connection is taken there within that time (this host, 5).
port_answers() {
  timeout "${3:-5}" bash -c 'exec 3<> "/dev/tcp/$1/$2"' - "${2:-127.0.0.1}" "$1" 2> /dev/null
}
