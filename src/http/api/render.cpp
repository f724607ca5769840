// Role: sums, instants, digests, the words for types of entries, and a list's page.
#include "http/api/render.hpp"

#include "domain/values/invariant.hpp"

#include <algorithm>
#include <array>

namespace hongbao::http {

std::string instant_text(const std::optional<domain::InstantMs>& at) {
    return at ? '"' + domain::to_rfc3339(*at) + '"' : "null";
}

std::string decimal(domain::FenSum sum) {
    std::string digits(sum == 0 ? "0" : "");
    for (domain::FenSum left = sum; left != 0; left /= 10) {
        const auto digit = static_cast<int>(left % 10);
        digits.push_back(static_cast<char>('0' + (digit < 0 ? -digit : digit)));
    }
    digits.append(sum < 0 ? "-" : "");
    std::reverse(digits.begin(), digits.end());
    return digits;
}

std::string yuan_text(domain::FenSum fen) {
    const bool is_negative = fen < 0;
    std::string digits = decimal(is_negative ? -fen : fen);
    digits.insert(0, digits.size() < 3 ? 3 - digits.size() : 0, '0');
    digits.insert(digits.size() - 2, ".");
    return (is_negative ? "-" : "") + digits;
}

std::string day_text(std::int64_t day) {
    return domain::to_rfc3339(day * domain::ms_per_day).substr(0, sizeof "2026-11-21" - 1);
}

std::string hex(std::span<const std::uint8_t> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : bytes) {
        text.push_back(digits[byte >> 4U]);
        text.push_back(digits[byte & 15U]);
    }
    return text;
}

std::span<const std::string_view> entry_type_words() {
    static constexpr std::array<std::string_view, persistence::entry_types> words{
        "deposit",       "withdrawal", "transfer",      "packet_send",      "share_open", "refund",
        "campaign_fund", "shake_win",  "order_payment", "external_payment", "sale_payout"};
    static_assert(!words.back().empty(), "each type of entry has a word");
    return words;
}

std::string_view word_of(persistence::EntryType type) {
    const auto place = static_cast<std::size_t>(type);
    domain::invariant(place < entry_type_words().size(), "each type of entry has a word");
    return entry_type_words()[place];
}

std::string render_page(const std::vector<std::string>& items,
                        const std::optional<std::string>& next_cursor,
                        const std::optional<domain::Sequence>& as_of) {
    std::string text = R"({"items":[)";
    for (const std::string& item : items) {
        text.append(text.back() == '[' ? "" : ",").append(item);
    }
    text += R"(],"next_cursor":)";
    text += next_cursor ? '"' + *next_cursor + '"' : "null";
    return text + (as_of ? R"(,"as_of":)" + std::to_string(*as_of) + "}" : "}");
}

} // namespace hongbao::http
