#!/usr/bin/env bash
# The LMPs that are too heavy for emulated machines, installed on two nodes made of namespaces and used there: a
# program is compiled, runs on both nodes by MPI, and each node's measurements reach the other.
. "${SOURCE:?is set by ./test}/tests/tap.sh"
. "$SOURCE/tests/system/lab/cluster.sh"

lmps="base ssh c-develop c++-develop mpi ganglia"
{
  cluster_conf namespace 2 "$(echo $lmps | tr ' ' ,)"
  cat <<'CONF'
define answers{
  lmp_name  ganglia
  members   node00
  collects  true
}
CONF
} >"$TEST_DIR/cluster.conf"
has() { grep -F -- "$2" <<<"$1" || { echo "$1"; return 1; }; }

add_worker() { on "$1" useradd -m -s /bin/bash worker; }
agent_is_content() {
  local agent
  for agent in /usr/lib/lucie/agents/{c-develop/compiler,c++-develop/compiler,mpi/mpirun,ganglia/gmond}; do
    on "$1" "$agent" || return
  done
}
compiles() {
  on node00 tee /home/worker/hello.c >/dev/null <<'C' && on node00 su - worker -c 'mpicc -O2 -o hello hello.c'
#include <mpi.h>
#include <stdio.h>
#include <unistd.h>
int main(int argc, char** argv) {
  int rank, size, sum;
  char name[64];
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  gethostname(name, sizeof name);
  MPI_Allreduce(&rank, &sum, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
  printf("%d of %d on %s, sum %d\n", rank, size, name, sum);
  return MPI_Finalize();
}
C
}
compiles_c_plus_plus() {
  on node01 sh -c 'cd /root && echo "#include <iostream>
int main() { std::cout << 6 * 7 << std::endl; }" >answer.cpp && make answer && ./answer' | grep -x 42
}
# Users log in to other nodes without a password: the nodes prove themselves by the keys that LMP ssh makes known.
goes_to_the_other_node() {
  on node00 su - worker -c 'tar -c hello | ssh -o BatchMode=yes node01 tar -x'
}
runs_on_both() {
  local said
  said=$(on node00 su - worker -c 'mpirun -n 2 ./hello' 2>&1)
  has "$said" "of 2 on node00, sum 1" && has "$said" "of 2 on node01, sum 1"
}
measured() { has "$(on node00 bash -c 'exec 3<>/dev/tcp/127.0.0.1/8649 && cat <&3')" "HOST NAME=\"$1"; }
collects() { on node00 systemctl is-active gmetad && expect 3 on node01 systemctl is-active gmetad; }

step "Lucie's packages are made" make_debs
step "LMPs are made" make_lmps $lmps
step "a lab comes up" cluster_up
step "its server is ready" cluster_apply
step "two nodes install heavy packages" install_all 20m
step "the debugger is there" eventually on node00 gdb --version
step "a C++ program is made" compiles_c_plus_plus
step "users are there" every_node add_worker
step "a program for MPI is compiled" compiles
step "its user goes from node to node" goes_to_the_other_node
step "mpirun runs it on both nodes" runs_on_both
step "a node's measurements are known" eventually measured node00
step "they reach the other node by multicast" eventually measured node01
step "one node collects, the other does not" collects
step "the agents are content" every_node agent_is_content
step "none of Lucie's programs crashed" none_crashed
step "the lab ends" "$lab" down
step "nothing remains" nothing_remains
finish
