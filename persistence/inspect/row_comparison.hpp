// Role: one row as it is found, against the row as it should be: the first field that differs, in
// words. Owner thread: the caller's.
#pragma once

#include "domain/account/account.hpp"
#include "domain/values/ids.hpp"
#include "domain/values/money.hpp"
#include "persistence/journal/chain_hash.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

namespace hongbao::persistence {

/// Keys and fields in words.
inline std::string text_of(const std::string& text) {
    return "\"" + text + "\"";
}
template <typename Number>
requires std::is_integral_v<Number> std::string text_of(Number number) {
    return std::to_string(number);
}
template <typename Enumerator>
requires std::is_enum_v<Enumerator> std::string text_of(Enumerator value) {
    return std::to_string(static_cast<std::uint64_t>(value));
}
template <typename Kind>
std::string text_of(domain::EntityId<Kind> id) {
    return std::to_string(id.value);
}
template <std::size_t count>
std::string text_of(const std::array<std::uint8_t, count>& bytes) {
    return to_hex(bytes);
}
/// Sums of the whole ledger: in two parts, since they may have more than 64 bits.
inline std::string text_of(domain::FenSum sum) {
    constexpr domain::FenSum parts_at = 1'000'000'000'000'000'000;
    return std::to_string(static_cast<std::int64_t>(sum / parts_at)) + " * 10^18 + " +
           std::to_string(static_cast<std::int64_t>(sum % parts_at));
}

class RowComparison {
  public:
    /// All fields of two rows, which name them (rows/codec.hpp).
    template <typename Row>
    void fields(const Row& found, const Row& expected) {
        Row::fields([this](const char* name, const auto& theirs,
                           const auto& ours) { field(name, theirs, ours); },
                    found, expected);
    }
    template <typename Value>
    void field(const char* name, const Value& found, const Value& expected) {
        if (words_.empty() && found != expected) {
            words_ = std::string(name) + " is " + text_of(found) + ", by the journal it is " +
                     text_of(expected);
        }
    }
    template <std::size_t count>
    void field(const char* name, const std::array<std::uint64_t, count>& found,
               const std::array<std::uint64_t, count>& expected) {
        for (std::size_t i = 0; i < count; ++i) {
            field(name, found[i], expected[i]);
        }
    }
    void field(const char* name, const std::shared_ptr<const domain::StatusChange>& found,
               const std::shared_ptr<const domain::StatusChange>& expected) {
        const auto words = [](const std::shared_ptr<const domain::StatusChange>& change) {
            return change == nullptr ? std::string()
                                     : std::to_string(change->at) + " " + change->reason;
        };
        field(name, words(found), words(expected));
    }
    void field(const char* name, const std::vector<std::string>& found,
               const std::vector<std::string>& expected) {
        const auto words = [](const std::vector<std::string>& texts) {
            std::string joined;
            for (const std::string& text : texts) {
                joined += (joined.empty() ? "" : ", ") + text;
            }
            return joined;
        };
        field(name, words(found), words(expected));
    }
    /// A difference that has no two values to show.
    void other(const char* sentence) {
        if (words_.empty()) {
            words_ = sentence;
        }
    }
    /// Empty: no difference.
    const std::string& words() const { return words_; }

  private:
    std::string words_;
};

} // namespace hongbao::persistence
