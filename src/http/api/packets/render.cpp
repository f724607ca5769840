// Role: what clients see of a packet's terms, its state, a preview and a share.
#include "http/api/packets/render.hpp"

#include "domain/values/rfc3339.hpp"
#include "http/api/problem.hpp"
#include "http/api/render.hpp"
#include "http/api/words.hpp"

namespace hongbao::http {

namespace {

std::string_view word_of(domain::PacketKind kind) {
    return kind == domain::PacketKind::equal ? "equal" : "lucky";
}

std::string_view word_of(domain::SplitAlgorithm algorithm) {
    return algorithm == domain::SplitAlgorithm::double_mean ? "double_mean" : "line_cut";
}

template <typename Bytes>
Json hex_or_null(const std::optional<Bytes>& bytes) {
    return bytes ? Json(hex(*bytes)) : Json(nullptr);
}

/// How the shares of a lucky packet are drawn; nothing is drawn for equal ones.
Json split_of(const domain::PacketSent& terms, bool is_up_front) {
    if (terms.kind == domain::PacketKind::equal) {
        return nullptr;
    }
    return Json{{"when", is_up_front ? "up_front" : "on_open"},
                {"algorithm", word_of(terms.split_algorithm)}};
}

} // namespace

Json render(const actors::PacketView& view) {
    const domain::PacketSent& terms = view.terms;
    const std::string id = std::to_string(terms.packet_id.value);
    return Json{{"id", id},
                {"link", "/p/" + id},
                {"sender", terms.sender},
                {"kind", word_of(terms.kind)},
                {"blessing", terms.blessing},
                {"cover", text_or_null(terms.cover)},
                {"status", word_in(packet_status_words, view.status)},
                {"total_fen", terms.total_fen},
                {"count", terms.count},
                {"remaining_fen", view.remaining_fen},
                {"remaining_count", view.remaining_count},
                {"directed", !terms.recipients.empty()},
                {"passphrase_required", view.passphrase_required},
                {"sender_may_open", terms.sender_may_open},
                {"created_at", domain::to_rfc3339(view.created_at)},
                {"expires_at", domain::to_rfc3339(terms.expires_at)},
                {"closed_at", instant_or_null(view.closed_at)},
                {"exhausted_in_ms", value_or_null(view.exhausted_in_ms)},
                {"luckiest_user_id", value_or_null(view.luckiest_user_id)},
                {"refund_fen", value_or_null(view.refund_fen)},
                {"split", split_of(terms, view.seed_hash.has_value())},
                {"share_fen_max", terms.share_fen_max},
                {"seed_hash", hex_or_null(view.seed_hash)},
                {"seed", hex_or_null(terms.seed)},
                {"as_of", view.as_of}};
}

Json render(const domain::SendPreview& preview, std::string_view request_id) {
    const domain::PacketSent& terms = preview.terms;
    const auto& shares = preview.shares;
    const auto if_split = [&](domain::Fen amount_fen) {
        return shares ? Json(amount_fen) : Json(nullptr);
    };
    const domain::ShareRange range = shares.value_or(domain::ShareRange{});
    const auto& refusal = preview.refusal;
    return Json{
        {"sender", terms.sender},
        {"kind", word_of(terms.kind)},
        {"blessing", terms.blessing},
        {"cover", text_or_null(terms.cover)},
        {"total_fen", if_split(terms.total_fen)},
        {"count", terms.count},
        {"fee_fen", 0},
        {"least_fen", if_split(range.least)},
        {"mean_fen", if_split(range.mean)},
        {"largest_fen", if_split(range.largest)},
        {"directed", !terms.recipients.empty()},
        {"passphrase_required", terms.passphrase_digest.has_value()},
        {"sender_may_open", terms.sender_may_open},
        {"expires_at", domain::to_rfc3339(terms.expires_at)},
        {"split", split_of(terms, terms.is_split_up_front())},
        {"share_fen_max", terms.share_fen_max},
        {"checks",
         {{"passed", !refusal},
          {"refusal",
           refusal ? Json::parse(render_problem(problem_of(*refusal), request_id)) : Json()}}}};
}

std::string render_share(const actors::ShareReceipt& receipt, std::string_view user_id) {
    // A user id needs no escaping: see is_valid_user_id.
    std::string text;
    text.reserve(192);
    text += R"({"packet_id":")";
    text += std::to_string(receipt.packet_id.value);
    text += R"(","user_id":")";
    text += user_id;
    text += R"(","amount_fen":)";
    text += std::to_string(receipt.amount_fen);
    text += R"(,"opened_at":")";
    text += domain::to_rfc3339(receipt.opened_at);
    text += receipt.repeat ? R"(","repeat":true})" : R"(","repeat":false})";
    return text;
}

} // namespace hongbao::http
