// Role: checks user ids, and derives the shard of each.
#include "domain/values/ids.hpp"

#include <algorithm>
#include <array>

namespace hongbao::domain {

namespace {

constexpr std::size_t user_id_length_max = 64;

bool is_user_id_character(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == ':' || c == '@' || c == '-';
}

} // namespace

bool is_valid_user_id(std::string_view text) {
    return !text.empty() && text.size() <= user_id_length_max &&
           std::all_of(text.begin(), text.end(), is_user_id_character);
}

bool is_reserved_user_id(std::string_view text) {
    // Alone, or followed by a colon.
    constexpr std::array<std::string_view, 6> of_the_system{"outside", "packet", "campaign",
                                                            "order",   "sale",   "suspended"};
    return text == "." || text == ".." ||
           std::any_of(of_the_system.begin(), of_the_system.end(), [&](std::string_view word) {
               return text.starts_with(word) &&
                      (text.size() == word.size() || text[word.size()] == ':');
           });
}

Shard shard_of_user(std::string_view user_id) {
    // FNV-1a, folded, so that the shard of a user is the same in every build and on every machine.
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const char c : user_id) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    }
    return static_cast<Shard>((hash ^ (hash >> 32)) & (shard_count - 1));
}

} // namespace hongbao::domain
