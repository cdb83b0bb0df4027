#pragma once

#include <cstdio>
#include <memory>
#include <vector>

extern "C" {
#include <solv/bitmap.h>
#include <solv/chksum.h>
#include <solv/dataiterator.h>
#include <solv/evr.h>
#include <solv/pool.h>
#include <solv/poolarch.h>
#include <solv/queue.h>
#include <solv/repo.h>
#include <solv/repo_deb.h>
#include <solv/repo_rpmdb.h>
#include <solv/repo_rpmmd.h>
#include <solv/repo_solv.h>
#include <solv/repo_write.h>
#include <solv/solv_xfopen.h>
#include <solv/solver.h>
}

/// libsolv's objects, owned. Only the sources of this room include this.
namespace lucie::universe {

struct SolvDeleter {
  void operator()(::Pool* pool) const { pool_free(pool); }
  void operator()(::Solver* solver) const { solver_free(solver); }
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using PoolPointer = std::unique_ptr<::Pool, SolvDeleter>;
using SolverPointer = std::unique_ptr<::Solver, SolvDeleter>;
using FilePointer = std::unique_ptr<std::FILE, SolvDeleter>;

/// libsolv's growing array of ids.
class IdQueue {
 public:
  IdQueue() { queue_init(&queue_); }
  ~IdQueue() { queue_free(&queue_); }
  IdQueue(const IdQueue&) = delete;
  IdQueue& operator=(const IdQueue&) = delete;

  ::Queue* get() { return &queue_; }
  int size() const { return queue_.count; }
  Id operator[](int index) const { return queue_.elements[index]; }
  const Id* begin() const { return queue_.elements; }
  const Id* end() const { return queue_.elements + queue_.count; }
  void push(Id id) { queue_push(&queue_, id); }
  void push(Id first, Id second) { queue_push2(&queue_, first, second); }

 private:
  ::Queue queue_;
};

}  // namespace lucie::universe
