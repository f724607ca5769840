// Role: routes of red packets: send, look, grab, open.
#include "actors/environment/ids.hpp"
#include "actors/environment/secure_random.hpp"
#include "actors/protocol/digests.hpp"
#include "domain/limits.hpp"
#include "domain/packet/cover.hpp"
#include "http/api/access/own.hpp"
#include "http/api/ask.hpp"
#include "http/api/batch.hpp"
#include "http/api/body/fields.hpp"
#include "http/api/body/request_body.hpp"
#include "http/api/packets/render.hpp"
#include "http/api/paths/path_ids.hpp"
#include "http/api/render.hpp"
#include "http/transport/exchange.hpp"

namespace hongbao::http {

namespace {

constexpr std::size_t recipients_max = 10'000;
constexpr std::size_t opens_per_batch_max = 1'000;
constexpr std::int64_t count_max = 1'000'000'000;

/// The parts of a packet that its sender does not choose. A preview draws nothing: it has no id,
/// and its seed only marks that there would be one.
struct Draws {
    domain::PacketId packet_id;
    domain::Seed (*seed)() = [] { return domain::Seed{}; };
};

std::optional<domain::SplitChoice> read_split(Fields& fields, const Draws& draws) {
    const auto* split = fields.object("split");
    if (split == nullptr) {
        return std::nullopt;
    }
    Fields options(*split, "split.");
    domain::SplitChoice choice;
    if (options.choice("when", {"on_open", "up_front"}, 0) == 1) {
        choice.seed = draws.seed();
    }
    choice.algorithm = static_cast<domain::SplitAlgorithm>(
        options.choice("algorithm", {"double_mean", "line_cut"}, 0));
    fields.adopt(options.problem());
    return choice;
}

/// An occasion or the address of a picture; empty if there is none.
std::string read_cover(Fields& fields) {
    std::string cover = fields.optional_text("cover", picture_url_rule).value_or("");
    if (!domain::is_cover_occasion(cover) && !fault_of_picture_url(cover).empty()) {
        std::string right = "must be the address of a picture, or one of:";
        for (const std::string_view occasion : domain::cover_occasions) {
            right.append(" ").append(occasion);
        }
        fields.complain("cover", right + ".");
    }
    return cover;
}

domain::SendPacket read_send(RouteContext& context, Fields& fields, const Draws& draws) {
    domain::SendPacket command;
    command.packet_id = draws.packet_id;
    command.sender = acting_user(context, fields, "sender");
    command.kind = static_cast<domain::PacketKind>(fields.choice("kind", {"equal", "lucky"}));
    command.total_fen = fields.optional_amount("total_fen");
    command.share_fen = fields.optional_amount("share_fen");
    command.count = fields.integer("count", 1, count_max);
    command.blessing = fields.optional_text("blessing", note_rule).value_or("");
    command.cover = read_cover(fields);
    command.recipients = fields.optional_user_ids("recipients", recipients_max);
    if (const auto passphrase = fields.optional_text("passphrase", passphrase_rule)) {
        command.passphrase_digest = actors::digest_of_passphrase(command.packet_id, *passphrase);
    }
    command.life_s =
        fields
            .optional_integer("expires_in_s", domain::packet_life_s_min, domain::packet_life_s_max)
            .value_or(context.server.packet_life_s_default);
    command.sender_may_open = fields.optional_boolean("sender_may_open");
    command.split = read_split(fields, draws);
    if (!command.total_fen && !command.share_fen) {
        fields.complain("total_fen", "or share_fen is missing.", fault_code::missing);
    }
    return command;
}

Result send_packet(RouteContext& context) {
    auto body = read_keyed_body(context, KeyNeed::required);
    if (auto* problem = std::get_if<Problem>(&body)) {
        return std::move(*problem);
    }
    auto& [json, key] = std::get<KeyedBody>(body);
    Fields fields(json);
    const Draws draws{context.server.ids->draw<domain::PacketId>(), actors::draw_seed};
    domain::SendPacket command = read_send(context, fields, draws);
    if (auto problem = fields.problem()) {
        return *problem;
    }
    return answered<actors::PacketView>(
        ask_account(context, std::move(command), std::move(key)),
        [](const actors::PacketView& view) -> Result {
            return Response{201, render(view).dump(), view.replayed,
                            "/v1/packets/" + std::to_string(view.terms.packet_id.value)};
        });
}

Result preview_packet(RouteContext& context) {
    const auto body = read_body_of_question(context);
    if (const auto* problem = std::get_if<Problem>(&body)) {
        return *problem;
    }
    Fields fields(std::get<nlohmann::json>(body));
    auto preview = std::make_unique<actors::PreviewSend>();
    preview->send = read_send(context, fields, Draws{});
    if (auto problem = fields.problem()) {
        return *problem;
    }
    return answered<domain::SendPreview>(
        ask(context, actors::Request{std::move(preview), {}, actors::Hop::owner}, Purpose::read),
        [&](const domain::SendPreview& shown) -> Result {
            return Response{200, render(shown, context.exchange.request_id()).dump(), false};
        });
}

Result read_packet(RouteContext& context) {
    const auto packet_id = read_packet_id(context.parameters[0]);
    if (!packet_id) {
        return problem_of(domain::Rejection::packet_not_found);
    }
    return answered<actors::PacketView>(
        ask(context, actors::Request{actors::ReadPacket{*packet_id}, {}, actors::Hop::owner},
            Purpose::read),
        [](const actors::PacketView& view) -> Result {
            return Response{200, render(view).dump(), false};
        });
}

domain::OpenShare read_open(RouteContext& context, Fields& fields, domain::PacketId packet_id) {
    domain::OpenShare command;
    command.packet_id = packet_id;
    command.user_id = acting_user(context, fields, "user_id");
    if (const auto passphrase = fields.optional_text("passphrase", passphrase_rule)) {
        command.passphrase_digest = actors::digest_of_passphrase(packet_id, *passphrase);
    }
    return command;
}

/// The open or grab of a route with the packet's id in its path.
std::variant<domain::OpenShare, Problem> read_open_of_path(RouteContext& context,
                                                           const nlohmann::json& json) {
    const auto packet_id = read_packet_id(context.parameters[0]);
    Fields fields(json);
    domain::OpenShare command = read_open(context, fields, packet_id.value_or(domain::PacketId{}));
    if (auto problem = fields.problem()) {
        return *problem;
    }
    if (!packet_id) {
        return problem_of(domain::Rejection::packet_not_found);
    }
    return command;
}

Result grab(RouteContext& context) {
    const auto body = read_body_of_question(context);
    if (const auto* problem = std::get_if<Problem>(&body)) {
        return *problem;
    }
    auto command = read_open_of_path(context, std::get<nlohmann::json>(body));
    if (auto* problem = std::get_if<Problem>(&command)) {
        return std::move(*problem);
    }
    return answered<actors::Openable>(
        ask(context,
            actors::Request{actors::GrabShare{std::move(std::get<domain::OpenShare>(command))},
                            {},
                            actors::Hop::counterparty},
            Purpose::read),
        [](const actors::Openable&) -> Result {
            return Response{200, R"({"openable":true})", false};
        });
}

Result open(RouteContext& context) {
    auto body = read_keyed_body(context, KeyNeed::optional);
    if (auto* problem = std::get_if<Problem>(&body)) {
        return std::move(*problem);
    }
    auto& [json, key] = std::get<KeyedBody>(body);
    auto command = read_open_of_path(context, json);
    if (auto* problem = std::get_if<Problem>(&command)) {
        return std::move(*problem);
    }
    auto& open = std::get<domain::OpenShare>(command);
    const domain::UserId user_id = open.user_id;
    actors::Request request{std::move(open), {}, actors::Hop::counterparty};
    request.key = std::move(key);
    return answered<actors::ShareReceipt>(
        ask(context, std::move(request), Purpose::write),
        [&](const actors::ShareReceipt& receipt) -> Result {
            return Response{200, render_share(receipt, user_id), receipt.replayed};
        });
}

BatchText render_opens(const std::vector<actors::Answer>& answers,
                       const std::vector<domain::UserId>& user_ids, Exchange& exchange) {
    BatchText text;
    text.body = R"({"results":[)";
    for (std::size_t i = 0; i < answers.size(); ++i) {
        text.body += i == 0 ? "" : ",";
        if (const auto problem = problem_in(answers[i])) {
            text.body += render_problem(*problem, exchange.request_id());
        } else {
            const auto& receipt = answers[i].get<actors::ShareReceipt>();
            text.body += render_share(receipt, user_ids[i]);
            text.has_success = true;
        }
        exchange.give_way();
    }
    text.body += "]}";
    return text;
}

Result open_batch(RouteContext& context) {
    auto body = read_keyed_body(context, KeyNeed::optional);
    if (auto* problem = std::get_if<Problem>(&body)) {
        return std::move(*problem);
    }
    auto& [json, key] = std::get<KeyedBody>(body);
    Fields fields(json);
    actors::Requests requests;
    std::vector<domain::UserId> user_ids;
    fields.each("opens", 1, opens_per_batch_max, [&](Fields& item) {
        // A text that cannot be an id becomes 0, which no packet has.
        const auto packet_id =
            read_packet_id(item.text("packet_id", {1, 64})).value_or(domain::PacketId{});
        if (auto denial = find_denial_within(context, packet_id.value)) {
            item.refuse(std::move(*denial));
        }
        auto command = read_open(context, item, packet_id);
        user_ids.push_back(command.user_id);
        requests.push_back(actors::Request{std::move(command), {}, actors::Hop::counterparty});
        context.exchange.give_way();
    });
    if (auto problem = fields.problem()) {
        return *problem;
    }
    const std::size_t body_bytes_most = requests.size() * batch_item_bytes_most;
    return answer_batch(context, std::move(requests), std::move(key), body_bytes_most,
                        [&](const std::vector<actors::Answer>& answers) {
                            return render_opens(answers, user_ids, context.exchange);
                        });
}

} // namespace

std::span<const Route> packet_routes() {
    static constexpr std::array routes{
        Route{"POST", "/v1/packets/{id}/open", Action::open_share, open}, // the hottest first
        Route{"POST", "/v1/packets/{id}/grab", Action::grab_share, grab},
        Route{"POST", "/v1/opens", Action::open_share, open_batch, true},
        Route{"POST", "/v1/packets", Action::send_packet, send_packet},
        Route{"GET", "/v1/packets/{id}", Action::look, read_packet},
        Route{"POST", "/v1/packets/preview", Action::preview_packet, preview_packet},
    };
    return routes;
}

} // namespace hongbao::http
