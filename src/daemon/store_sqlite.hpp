#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

struct sqlite3;
struct sqlite3_stmt;

/// SQLite, as far as lucied needs it. Every failure is an EnvironmentError with SQLite's own words.
namespace lucie::daemon {

class Database {
 public:
  /// Opens or makes the file (mode 0600) with a write-ahead log.
  explicit Database(const std::filesystem::path& file);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void execute(const std::string& sql);
  /// The first column of the first row of a query; 0 when there is none.
  std::int64_t number(const std::string& sql);
  std::int64_t last_row() const;

 private:
  friend class Statement;
  std::string file_;
  sqlite3* handle_ = nullptr;
};

/// One run of a statement: bind in order, then step.
class Statement {
 public:
  Statement(Database& database, const std::string& sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(const std::string& value);
  Statement& bind(std::int64_t value);
  Statement& bind(double value);
  /// True when there is a row.
  bool step();
  /// Steps a statement that gives no rows.
  void run();

  std::string text(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;

 private:
  Database& database_;
  sqlite3_stmt* handle_ = nullptr;
  int bound_ = 0;
};

/// Rolled back unless committed.
class Transaction {
 public:
  /// `durable`: a commit survives a power cut, not only the death of the process (PRAGMA synchronous).
  Transaction(Database& database, bool durable);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace lucie::daemon
