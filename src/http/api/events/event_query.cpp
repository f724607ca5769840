// Role: reads the query, one parameter after the other.
#include "http/api/events/event_query.hpp"

#include "domain/event_type.hpp"
#include "http/api/body/faults.hpp"
#include "http/api/paths/path_ids.hpp"
#include "http/transport/exchange.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace hongbao::http {

namespace {

constexpr std::size_t limit_max = 200;

std::optional<std::uint64_t> read_number(std::string_view text) {
    std::uint64_t number = 0;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, number);
    return !text.empty() && end == last && error == std::errc{} ? std::optional(number)
                                                                : std::nullopt;
}

class Reading {
  public:
    Reading(const Exchange& exchange, domain::Sequence last) : exchange_(exchange), last_(last) {}

    std::variant<EventQuery, Problem> read() {
        take("limit", [this](std::string_view text) { take_limit(text); });
        take("type", [this](std::string_view text) { take_types(text); });
        take("account", [this](std::string_view text) { take_account(text); });
        for (const std::string_view name : {"packet", "campaign", "sale"}) {
            take(name, [this, name](std::string_view text) { take_entity(name, text); });
        }
        take("after", [this](std::string_view text) { take_position("after", text); });
        take_last_event_id();
        if (auto problem = faults_.take_problem()) {
            return std::move(*problem);
        }
        if (query_.after > last_) {
            return Problem{"event_not_reached",
                           "This journal ends with record " + std::to_string(last_) + "."};
        }
        return std::move(query_);
    }

  private:
    template <typename Take>
    void take(std::string_view name, Take take_it) {
        if (const auto text = exchange_.query(name)) {
            take_it(std::string_view(*text));
        }
    }

    void complain(std::string_view name, std::string_view code, std::string_view what) {
        faults_.add({Fault::In::query, std::string(name), code,
                     std::string(name) + " " + std::string(what)});
    }

    void take_limit(std::string_view text) {
        const auto limit = read_number(text);
        if (!limit || *limit < 1 || *limit > limit_max) {
            complain("limit", limit ? fault_code::out_of_range : fault_code::invalid_format,
                     "must be an integer from 1 to 200.");
        } else {
            query_.limit = *limit;
        }
    }

    /// Several, with commas between.
    void take_types(std::string_view text) {
        while (true) {
            const std::size_t comma = std::min(text.find(','), text.size());
            const std::string_view word = text.substr(0, comma);
            const auto found = std::ranges::find(domain::event_type_words, word);
            if (found == domain::event_type_words.end() || word == "answer_kept") {
                complain("type", fault_code::not_allowed,
                         "must be types of events, with commas between: see the description.");
                return;
            }
            query_.selection.types.set(
                static_cast<std::size_t>(found - domain::event_type_words.begin()));
            if (comma == text.size()) {
                return;
            }
            text.remove_prefix(comma + 1);
        }
    }

    void take_account(std::string_view text) {
        if (domain::is_valid_user_id(text)) {
            query_.selection.account = std::string(text);
        } else {
            complain("account", fault_code::invalid_format,
                     "must be a user id: 1 to 64 of A-Z a-z 0-9 . _ : @ -.");
        }
    }

    void take_entity(std::string_view name, std::string_view text) {
        const auto id = read_id(text);
        if (!id || *id == 0) {
            complain(name, fault_code::invalid_format, "must be an id as the server gave it.");
        } else if (query_.selection.entity != 0) {
            complain(name, fault_code::not_allowed,
                     "cannot be given together with another packet, campaign or sale.");
        } else {
            query_.selection.entity = *id;
        }
    }

    void take_position(std::string_view name, std::string_view text) {
        const auto after = read_number(text);
        if (!after) {
            complain(name, fault_code::invalid_format, "must be the id of an event, or 0.");
        } else {
            query_.after = *after;
        }
    }

    void take_last_event_id() {
        if (const auto header = exchange_.header("Last-Event-ID"); header && !header->empty()) {
            take_position("Last-Event-ID", *header);
        } else if (const auto text = exchange_.query("lastEventId"); text && !text->empty()) {
            take_position("lastEventId", *text);
        }
    }

    const Exchange& exchange_;
    const domain::Sequence last_;
    EventQuery query_;
    Faults faults_;
};

} // namespace

std::variant<EventQuery, Problem> read_event_query(const Exchange& exchange,
                                                   domain::Sequence last) {
    return Reading(exchange, last).read();
}

} // namespace hongbao::http
