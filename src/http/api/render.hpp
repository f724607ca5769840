// Role: answers as JSON, in the field names of the API.
// Owner: pure.
#pragma once

#include "actors/protocol/views.hpp"
#include "domain/command.hpp"
#include "http/api/problem.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <string>

namespace hongbao::http {

using Json = nlohmann::ordered_json;

std::string_view word_of(domain::AccountType type);
std::string_view word_of(domain::AccountStatus status);
std::string_view word_of(domain::PacketKind kind);
std::string_view word_of(domain::PacketStatus status);
std::string_view word_of(persistence::EntryType type);
/// All of them, in the order of the enum.
const std::array<std::string_view, persistence::entry_types>& entry_type_words();
std::string_view word_of(persistence::PacketFactType type);
std::string_view word_of(domain::SplitAlgorithm algorithm);
std::string_view word_of(domain::OrderStatus status);

Json render(const actors::AccountView& view);
Json render(const actors::PacketView& view);
/// A problem in it bears the id of the request that asked.
Json render(const domain::SendPreview& preview, std::string_view request_id);
Json render(const actors::TradeReceipt& receipt);
Json render(const persistence::Entry& entry);
Json render(const persistence::Trade& trade);
Json render(const persistence::PacketFact& fact);
Json render(const persistence::ClaimLine& claim);

/// A campaign as clients see it at `now`, which is part of the answer: so they can count down to
/// the next round whatever their own clock says.
Json render(const persistence::CampaignSummary& campaign, domain::InstantMs now);

/// A sale as clients see it at `now`: by the clock it begins and ends, whatever is recorded.
Json render(const persistence::SaleSummary& sale, domain::InstantMs now);

/// Written by hand: as many may be made as there are units.
std::string render_order(const persistence::OrderSummary& order);
std::string render_external_payment(const actors::ExternalPaymentReceipt& receipt);
std::string render_wait(const actors::WaitReceipt& receipt, const domain::JoinWaitlist& command);
/// The refusal, with what has become of the order.
Problem problem_of(const actors::OrderRefusal& refusal);

std::string render_suspended(const persistence::SuspendedPayment& suspended);
/// The refusal, with what was decided.
Problem problem_of(const actors::SuspendedRefusal& refusal);

/// An open's answer. Written by hand: it is the hottest of all.
std::string render_share(const actors::ShareReceipt& receipt, std::string_view user_id);

/// A shake's answer. Written by hand, too: there may be as many.
std::string render_shake(const actors::ShakeReceipt& receipt, const domain::Shake& shake);

std::string render_audit(const persistence::Audit& audit);

/// {"items": […], "next_cursor": …}, and "as_of" if it is known; each item as JSON. A cursor needs
/// no escaping.
std::string render_page(const std::vector<std::string>& items,
                        const std::optional<std::string>& next_cursor,
                        const std::optional<domain::Sequence>& as_of = std::nullopt);

} // namespace hongbao::http
