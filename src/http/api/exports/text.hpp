// Role: the books as text, in each format: movements of money with both sides, and lines of
// statements. A file can be continued by another. Pure.
#pragma once

#include "actors/protocol/views.hpp"
#include "http/api/exports/export_format.hpp"

#include <string>

namespace hongbao::http {

/// What a file of postings begins with: CSV has a line of names, a ledger its head.
std::string postings_head(ExportFormat format);
/// In CSV and JSON Lines two lines, one for each posting; in a ledger one transaction.
void append_movement(std::string& out, ExportFormat format, const persistence::Movement& movement);

/// Lines of statements, one after the other.
class StatementText {
  public:
    /// Of an account's own ledger, `is_begun` says that a file before has what led here: no opening
    /// balance is written.
    StatementText(ExportFormat format, bool is_begun) : format_(format), is_begun_(is_begun) {}

    std::string head() const;
    void append(std::string& out, const persistence::StatementLine& line);

  private:
    void append_ledger(std::string& out, const persistence::StatementLine& line);

    ExportFormat format_;
    bool is_begun_;
    domain::InstantMs latest_ = 0;
};

} // namespace hongbao::http
