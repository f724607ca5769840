// Role: one row as it is found, against the row as it should be: the first field that differs, in
// words. Owner thread: the caller's.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>

namespace hongbao::persistence {

class RowComparison {
  public:
    template <typename Value>
    void field(const char* name, const Value& found, const Value& expected) {
        if (words_.empty() && found != expected) {
            words_ = std::string(name) + " is " + text_of(found) + ", by the journal it is " +
                     text_of(expected);
        }
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
    static std::string text_of(const std::string& text) { return "\"" + text + "\""; }
    template <typename Number>
    requires std::is_integral_v<Number>
    static std::string text_of(Number number) { return std::to_string(number); }
    template <typename Enumerator>
    requires std::is_enum_v<Enumerator>
    static std::string text_of(Enumerator value) {
        return std::to_string(static_cast<std::uint64_t>(value));
    }

    std::string words_;
};

} // namespace hongbao::persistence
