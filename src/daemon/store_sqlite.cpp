#include "daemon/store_sqlite.hpp"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "base/error.hpp"

namespace lucie::daemon {
namespace {

[[noreturn]] void fail(const std::string& file, sqlite3* handle) {
  throw EnvironmentError(
      fmt::format("{}: {}", file, handle == nullptr ? "out of memory" : sqlite3_errmsg(handle)));
}

}  // namespace

Database::Database(const std::filesystem::path& file) : file_(file.string()) {
  const mode_t before = umask(0077);
  const int status = sqlite3_open(file.c_str(), &handle_);
  umask(before);
  if (status != SQLITE_OK) {
    const std::string why = handle_ == nullptr ? "out of memory" : sqlite3_errmsg(handle_);
    sqlite3_close(handle_);
    throw EnvironmentError(fmt::format("{}: {}", file_, why));
  }
  sqlite3_busy_timeout(handle_, 10'000);
  try {
    execute("PRAGMA journal_mode=WAL");
  } catch (...) {
    sqlite3_close(handle_);
    throw;
  }
}

Database::~Database() {
  sqlite3_close(handle_);
}

void Database::execute(const std::string& sql) {
  if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(file_, handle_);
}

std::int64_t Database::number(const std::string& sql) {
  Statement query(*this, sql);
  return query.step() ? query.integer(0) : 0;
}

std::int64_t Database::last_row() const {
  return sqlite3_last_insert_rowid(handle_);
}

Statement::Statement(Database& database, const std::string& sql) : database_(database) {
  if (sqlite3_prepare_v2(database.handle_, sql.c_str(), -1, &handle_, nullptr) != SQLITE_OK)
    fail(database.file_, database.handle_);
}

Statement::~Statement() {
  sqlite3_finalize(handle_);
}

Statement& Statement::bind(const std::string& value) {
  if (sqlite3_bind_text64(handle_, ++bound_, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8) !=
      SQLITE_OK)
    fail(database_.file_, database_.handle_);
  return *this;
}

Statement& Statement::bind(std::int64_t value) {
  if (sqlite3_bind_int64(handle_, ++bound_, value) != SQLITE_OK) fail(database_.file_, database_.handle_);
  return *this;
}

Statement& Statement::bind(double value) {
  if (sqlite3_bind_double(handle_, ++bound_, value) != SQLITE_OK) fail(database_.file_, database_.handle_);
  return *this;
}

bool Statement::step() {
  const int status = sqlite3_step(handle_);
  if (status != SQLITE_ROW && status != SQLITE_DONE) fail(database_.file_, database_.handle_);
  return status == SQLITE_ROW;
}

void Statement::run() {
  step();
}

std::string Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  return bytes == nullptr ? std::string() : std::string(bytes, sqlite3_column_bytes(handle_, column));
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_, column);
}

double Statement::real(int column) const {
  return sqlite3_column_double(handle_, column);
}

Transaction::Transaction(Database& database, bool durable) : database_(database) {
  database_.execute(durable ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
  database_.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    database_.execute("ROLLBACK");
  } catch (const Error&) {  // SQLite has rolled back by itself, after a full disk for example
  }
}

void Transaction::commit() {
  database_.execute("COMMIT");
  open_ = false;
}

}  // namespace lucie::daemon
