// Role: requests to the administration, and their fields.
#include "http/api/administration/administer.hpp"

#include "actors/environment/clock.hpp"
#include "http/api/body/faults.hpp"
#include "http/text/address_ranges.hpp"
#include "http/text/shown_text.hpp"
#include "http/transport/exchange.hpp"

namespace hongbao::http {

namespace {

/// Percent-encoded, they leave room in a target of 1 KiB.
constexpr std::size_t query_reason_characters_max = 64;
constexpr std::size_t address_ranges_max = 16;
constexpr std::size_t address_range_characters_max = 64;

actors::Request request_of(actors::AdministrationRequest&& asked) {
    actors::Request request;
    request.body = std::make_unique<actors::AdministrationRequest>(std::move(asked));
    return request;
}

} // namespace

std::variant<actors::Answer, Problem>
ask_administration(RouteContext& context, domain::AdministrationCommand&& command,
                   std::shared_ptr<const domain::Operation> operation,
                   std::unique_ptr<actors::RequestKey>&& key) {
    actors::Request request = request_of({std::move(command), std::move(operation)});
    request.key = std::move(key);
    return ask(context, std::move(request), Purpose::write);
}

std::variant<actors::Answer, Problem>
ask_invitations(RouteContext& context, std::optional<domain::AccessId> invitation_id) {
    return ask(context, request_of({actors::ReadAdministration{std::move(invitation_id)}}),
               Purpose::read);
}

std::variant<std::string, Problem> read_reason(const RouteContext& context) {
    const auto reason = context.exchange.query("reason");
    if (!reason) {
        return std::string();
    }
    const bool is_long = count_characters(*reason) > query_reason_characters_max;
    std::string fault(is_long ? "must have at most 64 characters."
                              : fault_of_text(*reason, TextUse::shown));
    if (fault.empty()) {
        return *reason;
    }
    Faults faults;
    faults.add({Fault::In::query, "reason",
                is_long ? fault_code::too_long : fault_code::invalid_format, "reason " + fault});
    return *faults.take_problem();
}

std::optional<domain::InstantMs> read_expiry(Fields& fields, const RouteContext& context) {
    const auto expires_at = fields.optional_instant("expires_at");
    const auto expires_in_s =
        fields.optional_integer("expires_in_s", expires_in_s_min, expires_in_s_max);
    if (expires_at && expires_in_s) {
        fields.complain("expires_in_s", "does not go with expires_at: give one of the two.");
    }
    if (expires_in_s) {
        return context.server.clock->now() + *expires_in_s * domain::ms_per_s;
    }
    return expires_at;
}

ReadRanges read_address_ranges(Fields& fields, std::string_view code) {
    const auto texts =
        fields.optional_words("address_ranges", address_ranges_max, address_range_characters_max);
    ReadRanges read;
    for (std::size_t i = 0; i < texts.size() && !read.problem; ++i) {
        auto parsed = AddressRange::parse(texts[i]);
        if (const auto* range = std::get_if<AddressRange>(&parsed)) {
            read.ranges.push_back(range->text());
        } else {
            read.problem = impossible(code, "/address_ranges/" + std::to_string(i),
                                      shown_back(texts[i]) + " " +
                                          std::get<std::string>(std::move(parsed)) + ".");
        }
    }
    return read;
}

Problem impossible(std::string_view code, std::string pointer, std::string detail) {
    Problem problem{code, std::move(detail)};
    problem.errors.push_back(
        {Fault::In::body, std::move(pointer), fault_code::not_allowed, problem.detail});
    return problem;
}

} // namespace hongbao::http
