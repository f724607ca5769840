// Role: takes typed fields out of a JSON object and gathers what is wrong: fields that are missing,
// mistyped, out of range, or unknown, each with its place. Owner: pure.
#pragma once

#include "domain/values/ids.hpp"
#include "domain/values/instant.hpp"
#include "domain/values/money.hpp"
#include "http/api/body/faults.hpp"
#include "http/text/shown_text.hpp"

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hongbao::http {

/// Characters are Unicode code points; which ones are refused is in shown_text.hpp.
struct TextRule {
    std::size_t characters_min = 0;
    std::size_t characters_max = 0;
    TextUse use = TextUse::shown;
};

inline constexpr TextRule note_rule{0, 128}; // reference, memo, reason, blessing
inline constexpr TextRule username_rule{1, 64, TextUse::name};
inline constexpr TextRule picture_url_rule{0, 512};
inline constexpr TextRule passphrase_rule{1, 64, TextUse::secret};

class Fields {
  public:
    /// `where` names the object in messages: "" or "opens[3].". It has names of ours alone.
    explicit Fields(const nlohmann::json& object, std::string where = "");

    std::int64_t integer(std::string_view name, std::int64_t least, std::int64_t largest);
    std::optional<std::int64_t> optional_integer(std::string_view name, std::int64_t least,
                                                 std::int64_t largest);
    domain::Fen amount(std::string_view name) { return integer(name, 1, domain::amount_fen_max); }
    std::optional<domain::Fen> optional_amount(std::string_view name) {
        return optional_integer(name, 1, domain::amount_fen_max);
    }
    /// RFC 3339 in UTC: "2026-11-21T05:53:14.123Z".
    domain::InstantMs instant(std::string_view name);
    std::optional<domain::InstantMs> optional_instant(std::string_view name);
    std::optional<bool> optional_boolean(std::string_view name);
    std::string text(std::string_view name, const TextRule& rule);
    std::optional<std::string> optional_text(std::string_view name, const TextRule& rule);
    /// As text, but of visible ASCII characters alone.
    std::string visible_text(std::string_view name, const TextRule& rule);
    /// The address of a picture that pages may load. Empty: none, and said so.
    std::optional<std::string> optional_picture_url(std::string_view name);
    domain::UserId user_id(std::string_view name);
    /// Empty if there is something else there.
    std::optional<domain::UserId> optional_user_id(std::string_view name);
    std::vector<domain::UserId> optional_user_ids(std::string_view name, std::size_t count_max);
    /// 1 to `count_max` texts of visible ASCII characters; none if the field is absent.
    std::vector<std::string> optional_words(std::string_view name, std::size_t count_max,
                                            std::size_t characters_max);
    /// One of `words`; its place among them, or `otherwise` if the field is absent. Without
    /// `otherwise` the field is required.
    std::size_t choice(std::string_view name, const std::vector<std::string_view>& words,
                       std::optional<std::size_t> otherwise = std::nullopt);
    /// An object to be read on; null if absent.
    const nlohmann::json* object(std::string_view name);
    /// Reads an array of `least` to `largest` objects one by one, and keeps what is wrong with
    /// them.
    void each(std::string_view name, std::size_t least, std::size_t largest,
              const std::function<void(Fields& item)>& read);

    /// For a check between fields; `what` goes on after the field's name.
    void complain(std::string_view name, std::string_view what,
                  std::string_view code = fault_code::not_allowed);
    /// What is wrong with an object within this one: its problem().
    void adopt(const std::optional<Problem>& problem);

    /// Whatever else is wrong, the request is refused with this: the first of them is the problem.
    void refuse(Problem&& problem);

    /// What it was refused with. Otherwise all complaints, and before them the fields that nobody
    /// asked for: a misspelt name says more than the field that is missing because of it. Asked
    /// once, at the end.
    std::optional<Problem> problem();

  private:
    /// Null if absent or null.
    const nlohmann::json* find(std::string_view name);
    const nlohmann::json* require(std::string_view name);
    const nlohmann::json* array(std::string_view name, std::size_t least, std::size_t largest,
                                std::string_view of_what = "items");
    std::string text_of(std::string_view name, const nlohmann::json& value, const TextRule& rule);
    void complain_about_item(std::string_view name, std::size_t index, std::string_view what,
                             std::string_view code);
    void name_strangers(Faults& faults) const;

    const nlohmann::json& object_;
    std::string where_;
    std::vector<std::string_view> asked_;
    Faults faults_;
    std::optional<Problem> refusal_;
};

/// Code points of UTF-8 text that is known to be valid.
std::size_t count_characters(std::string_view text);

} // namespace hongbao::http
