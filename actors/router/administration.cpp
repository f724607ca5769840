// Role: reads and decisions, and the records of what was decided.
#include "actors/router/administration.hpp"

#include "domain/values/overloaded.hpp"

#include <algorithm>
#include <utility>

namespace hongbao::actors {

void Administrator::on_request(Request&& request) {
    const auto& asked = *std::get<std::unique_ptr<AdministrationRequest>>(request.body);
    std::visit(domain::Overloaded{
                   [&](const ReadAdministration& wanted) { read(wanted, request.reply_to); },
                   [&](const domain::AdministrationCommand& command) {
                       decide(std::move(request), command);
                   },
               },
               asked.command);
    outbox_.flush();
}

void Administrator::read(const ReadAdministration& wanted, const ReplyTo& to) {
    AdministrationView view;
    if (wanted.invitation_id) {
        const auto found = state_.invitations.find(*wanted.invitation_id);
        if (found == state_.invitations.end()) {
            return outbox_.reply(to, domain::Rejection::invitation_not_found);
        }
        view.invitations.push_back(found->second);
    } else {
        for (const auto& [id, invitation] : state_.invitations) {
            view.invitations.push_back(invitation);
        }
    }
    outbox_.reply(to, std::move(view));
}

/// `command` lies in the request.
void Administrator::decide(Request&& request, const domain::AdministrationCommand& command) {
    const domain::InstantMs now = environment_.clock->now();
    // Moves that were let in together must not take it where no start would go on.
    const auto* advance = std::get_if<domain::AdvanceClock>(&command);
    auto decision =
        advance != nullptr
            ? domain::decide(
                  state_,
                  domain::AdvanceClock{std::min(advance->advance_ms, clock_ms_max - 1 - now)}, now)
            : domain::decide(state_, command, now);
    std::visit(
        domain::Overloaded{
            [&](domain::Rejection rejection) { outbox_.reply(request.reply_to, rejection); },
            [&](domain::AlreadySo& so) {
                AdministrationReceipt receipt;
                receipt.record.at = so.since;
                receipt.record.event = domain::event_of(std::move(so.event));
                receipt.repeat = true;
                outbox_.reply(request.reply_to, std::move(receipt));
            },
            [&](domain::AdministrationEvent& event) { record(request, std::move(event), now); },
        },
        decision);
}

void Administrator::record(Request& request, domain::AdministrationEvent&& event,
                           domain::InstantMs now) {
    const auto& asked = *std::get<std::unique_ptr<AdministrationRequest>>(request.body);
    if (const auto* advanced = std::get_if<domain::ClockAdvanced>(&event)) {
        domain::invariant(environment_.manual_clock != nullptr, "only a manual clock is moved");
        environment_.manual_clock->advance(advanced->to - now);
        now = advanced->to; // a start goes on from there
    }
    domain::apply(state_, event, now, asked.operation.get());
    AdministrationReceipt receipt;
    receipt.record.at = now;
    receipt.record.event = domain::event_of(domain::AdministrationEvent(event));
    receipt.record.operation = asked.operation;
    RecordDraft draft{now, domain::event_of(std::move(event)), into_record(request.key)};
    draft.operation = asked.operation;
    receipt.record.idempotency = draft.idempotency;
    outbox_.record(std::move(draft), Reply{request.reply_to, std::move(receipt)});
}

} // namespace hongbao::actors
