// Role: their lines and ours, matched by reference. Each line ends up in exactly one class, so the
// sums of the classes are the sums of the lines. Pure.
#pragma once

#include "domain/values/instant.hpp"
#include "domain/values/money.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hongbao::ops {

/// A payment on one side. Money that came in is positive, what went out negative.
struct PaymentLine {
    std::uint64_t reference_at = 0; // in Payments::references
    std::uint64_t number = 0;       // the line of the statement, or our trade_no
    domain::Fen amount_fen = 0;
    domain::InstantMs at = 0;
    std::uint32_t reference_size = 0;
    /// Outside of the times asked for: it may match, and is no difference if nothing does.
    bool is_at_edge = false;
};

/// All of one side, in little memory.
struct Payments {
    std::string references;
    std::vector<PaymentLine> lines;

    void add(std::string_view reference, PaymentLine line) {
        line.reference_at = references.size();
        line.reference_size = static_cast<std::uint32_t>(reference.size());
        references += reference;
        lines.push_back(line);
    }
    std::string_view reference_of(const PaymentLine& line) const {
        return std::string_view(references).substr(line.reference_at, line.reference_size);
    }
};

enum class MatchClass : std::uint8_t {
    matched,
    amount_differs, // the same reference, another amount
    only_theirs,
    only_ours,
    twice_theirs, // once more than on our side
    twice_ours    // once more than on theirs
};
inline constexpr std::size_t match_classes = 6;
inline constexpr std::array<std::string_view, match_classes> match_words{
    "matched", "amount_differs", "only_theirs", "only_ours", "twice_theirs", "twice_ours"};

/// `theirs` or `ours` may be null.
struct Match {
    MatchClass which = MatchClass::matched;
    const PaymentLine* theirs = nullptr;
    const PaymentLine* ours = nullptr;
};

/// Sorts both, and tells of each match in the order of references. What came in and what went out
/// under one reference are two things. Of several lines with a reference those of one amount belong
/// together first, then the rest in the order of time.
void match(Payments& theirs, Payments& ours, const std::function<void(const Match&)>& tell);

} // namespace hongbao::ops
