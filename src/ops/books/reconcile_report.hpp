// Role: what `hongbao reconcile` tells: sums of each class, and each difference. Pure, but that it
// writes to the output as it goes, so that no number of differences takes memory.
#pragma once

#include "ops/books/matching.hpp"
#include "ops/books/output.hpp"
#include "ops/books/statement.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace hongbao::ops {

inline constexpr std::string_view report_format_words[] = {"table", "csv", "json"};

/// Our side of a payment as it is told.
struct OurPayments {
    Payments payments;
    domain::Sequence last = 0; // the journal's last record
};

struct ClassSums {
    std::uint64_t count = 0;
    domain::FenSum theirs_fen = 0;
    domain::FenSum ours_fen = 0;
};

class ReconcileReport {
  public:
    ReconcileReport(Output& output, std::string format, bool tells_matched, const Statement& theirs,
                    const OurPayments& ours);

    void take(const Match& match);
    /// Ends the report. Whether there was any difference, or a line that could not be read.
    bool end();

  private:
    void begin();
    void tell(std::string_view which, std::string_view reference, const PaymentLine* theirs,
              const PaymentLine* ours, std::string_view detail);
    void end_table();
    void end_json();

    Output& output_;
    const std::string format_;
    const bool tells_matched_;
    const Statement& theirs_;
    const OurPayments& ours_;
    std::array<ClassSums, match_classes> sums_{};
    std::uint64_t told_ = 0;
};

} // namespace hongbao::ops
