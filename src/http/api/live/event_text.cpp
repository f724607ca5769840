// Role: writes events as text, and reads the ids that clients come back with.
#include "http/api/live/event_text.hpp"

#include <atomic>
#include <charconv>

namespace hongbao::http {

namespace {

constexpr std::string_view end_suffix = ".end";

} // namespace

std::string come_again_hint() {
    constexpr std::uint32_t shortest_ms = 1'000, span_ms = 2'001;
    constexpr std::uint32_t step_ms = 1'237; // about the golden section: neighbours lie far apart
    static std::atomic<std::uint32_t> count{0};
    const std::uint32_t turn = count.fetch_add(1, std::memory_order_relaxed) % span_ms;
    return "retry: " + std::to_string(shortest_ms + turn * step_ms % span_ms) + "\n\n";
}

std::optional<EventId> parse_event_id(std::string_view text) {
    EventId id;
    if (text.ends_with(end_suffix)) {
        id.is_end = true;
        text.remove_suffix(end_suffix.size());
    }
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, id.sequence);
    const bool is_number = error == std::errc{} && stop == end;
    const bool is_written_so = is_number && (text.front() != '0' || text == "0");
    return is_written_so ? std::optional(id) : std::nullopt;
}

void append_event(std::string& text, const EventId& id, std::string_view type,
                  std::string_view data) {
    text += "id: ";
    text += std::to_string(id.sequence);
    text += id.is_end ? end_suffix : "";
    text += "\nevent: ";
    text += type;
    text += "\ndata: ";
    text += data;
    text += "\n\n";
}

} // namespace hongbao::http
