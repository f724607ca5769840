// Role: gathers what is wrong with a request, so that one answer tells all of it; but no more than
// helps: whoever gets everything wrong is shown the first faults.
// Owner: pure.
#pragma once

#include "http/api/problem.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hongbao::http {

/// Codes of faults. Clients go by them: never changed, others may be added.
namespace fault_code {
inline constexpr std::string_view missing = "missing";
inline constexpr std::string_view unknown_field = "unknown_field";
inline constexpr std::string_view unknown_parameter = "unknown_parameter";
inline constexpr std::string_view wrong_type = "wrong_type";
inline constexpr std::string_view out_of_range = "out_of_range";
inline constexpr std::string_view too_short = "too_short"; // of a text or an array
inline constexpr std::string_view too_long = "too_long";
inline constexpr std::string_view invalid_format = "invalid_format"; // a text of another form
inline constexpr std::string_view not_allowed = "not_allowed";       // not one of what is possible
inline constexpr std::string_view duplicate = "duplicate";
} // namespace fault_code

/// No more faults are told than this, and none once their texts take so many bytes.
inline constexpr std::size_t faults_told_max = 100;
inline constexpr std::size_t fault_bytes_max = std::size_t{16} << 10;

class Faults {
  public:
    bool empty() const { return faults_.empty(); }
    /// Nothing more would be told: then there is no use in looking for more.
    bool is_full() const { return faults_.size() >= faults_told_max || bytes_ >= fault_bytes_max; }

    /// Only the first fault of a place is kept: what is no text need not be told that it is short.
    void add(Fault&& fault);
    /// The faults of another list, those of a problem.
    void add(const std::vector<Fault>& faults);

    /// invalid_request with all of them; `detail` is the first one's, and says if there are more.
    /// Nothing without a fault. The list is empty afterwards.
    std::optional<Problem> take_problem();

  private:
    std::vector<Fault> faults_;
    std::size_t bytes_ = 0;
};

/// The name of a field as part of a JSON pointer: "~" and "/" are escaped (RFC 6901, section 3).
std::string pointer_part(std::string_view name);

} // namespace hongbao::http
