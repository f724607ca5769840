// Role: a first look at a long text of JSON, before anything is built of it: whether it has more
// values, a longer string or a longer number than any request has. It does not check that the text
// is JSON: the parser does.
// Owner: pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hongbao::http {

/// Twice what the largest requests have: a batch of 1,000 items, or 10,000 recipients.
inline constexpr std::size_t json_values_max = 20'000;
/// Four times the longest text of the API, with every character escaped.
inline constexpr std::size_t json_string_bytes_max = std::size_t{16} << 10;
inline constexpr std::size_t json_number_bytes_max = 1'024;

/// Looks at a text piece by piece.
class JsonShape {
  public:
    /// Why the text is not worth reading, in a sentence; nothing so far. After a sentence there is
    /// nothing more to look at.
    std::optional<std::string> look_at(std::string_view piece);

  private:
    enum class In : unsigned char { space, string, escape, word };

    bool begin_value();

    In in_ = In::space;
    std::size_t values_ = 0; // and names of fields: each has a value of its own
    std::size_t names_ = 0;
    std::size_t token_bytes_ = 0; // of the string, number or word that has begun
};

} // namespace hongbao::http
