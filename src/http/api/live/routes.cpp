// Role: the routes whose answers are streams of events.
#include "http/api/access/whose.hpp"
#include "http/api/live/live_stream.hpp"
#include "http/api/paths/path_ids.hpp"

namespace hongbao::http {

namespace {

Result follow_packet(RouteContext& context) {
    const auto packet_id = read_packet_id(context.parameters[0]);
    if (!packet_id) {
        return problem_of(domain::Rejection::packet_not_found);
    }
    if (auto problem = find_denial_to_follow(context, *packet_id)) {
        return std::move(*problem);
    }
    return answer_with_events(context, actors::topic_of(*packet_id));
}

Result follow_campaign(RouteContext& context) {
    const auto campaign_id = read_campaign_id(context.parameters[0]);
    if (!campaign_id) {
        return problem_of(domain::Rejection::campaign_not_found);
    }
    return answer_with_events(context, actors::topic_of(*campaign_id));
}

} // namespace

std::span<const Route> live_routes() {
    static constexpr std::array routes{
        Route{"GET", "/v1/packets/{id}/events", Action::look, follow_packet, false, stream_query,
              true},
        Route{"GET", "/v1/campaigns/{id}/events", Action::look, follow_campaign, false,
              stream_query, true},
    };
    return routes;
}

} // namespace hongbao::http
