// Role: the route that holds a packet's shares against what its rule made likely.
#include "http/api/access/whose.hpp"
#include "http/api/lists/list_query.hpp"
#include "http/api/paths/path_ids.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

namespace hongbao::http {

namespace {

using Json = nlohmann::ordered_json;

std::string_view word_of(persistence::LuckBasis basis) {
    constexpr std::array<std::string_view, 3> words{"none", "at_open", "at_send"};
    return words[static_cast<std::size_t>(basis)];
}

std::string_view word_of(persistence::Luck luck) {
    constexpr std::array<std::string_view, 5> words{"much_less", "less", "as_expected", "more",
                                                    "much_more"};
    return words[static_cast<std::size_t>(luck)];
}

/// With at most three decimals.
double rounded(double value) {
    return std::round(value * 1'000) / 1'000;
}

Json rounded_or_null(const std::optional<double>& value) {
    return value ? Json(rounded(*value)) : Json(nullptr);
}

std::string render_share(const persistence::ShareLuck& share) {
    return Json{{"place", share.place},
                {"user_id", share.user_id},
                {"amount_fen", share.amount_fen},
                {"mean", rounded(share.expected.mean)},
                {"deviation", rounded(share.expected.deviation)},
                {"z", rounded_or_null(share.z())},
                {"luck", word_of(share.luck())}}
        .dump();
}

Result answer_of(const ListQuery& wanted, const persistence::FairnessPage& page) {
    Result answer = page_answer(wanted, page, render_share);
    if (auto* response = std::get_if<Response>(&answer)) {
        const std::string summary = Json{{"opened_count", page.opened_count},
                                         {"basis", word_of(page.basis)},
                                         {"mean_square_z", rounded_or_null(page.mean_square_z)}}
                                        .dump();
        response->body.back() = ','; // instead of its closing brace
        response->body.append(summary, 1);
    }
    return answer;
}

Result read_fairness(RouteContext& context) {
    auto list = read_list_query(context, persistence::ListOrder::asc);
    if (auto* problem = std::get_if<Problem>(&list)) {
        return std::move(*problem);
    }
    const auto packet_id = read_packet_id(context.parameters[0]);
    if (!packet_id) {
        return problem_of(domain::Rejection::packet_not_found);
    }
    if (auto problem = find_denial_of_claims(context, *packet_id)) {
        return std::move(*problem);
    }
    const auto& wanted = std::get<ListQuery>(list);
    return answered<persistence::FairnessPage>(
        query(context, actors::ReadFairness{*packet_id, wanted.page}),
        [&](const persistence::FairnessPage& page) { return answer_of(wanted, page); });
}

} // namespace

std::span<const Route> fairness_routes() {
    static constexpr std::array<std::string_view, 3> page_without_times{"limit", "order", "cursor"};
    static constexpr std::array routes{
        Route{"GET", "/v1/packets/{id}/fairness", Action::read_claims, read_fairness, false,
              page_without_times},
    };
    return routes;
}

} // namespace hongbao::http
