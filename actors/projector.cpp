// Role: questions to the read model and their answers.
#include "actors/projector.hpp"

#include "actors/outbox.hpp"
#include "actors/packet_view.hpp"
#include "domain/overloaded.hpp"

namespace hongbao::actors {

namespace {

/// The answer that the request of this record was given the first time.
Answer first_answer(const persistence::SettledRecord& settled) {
    const auto& record = settled.record;
    const auto receipt = [&](domain::Fen amount_fen, std::optional<domain::Fen> balance_fen) {
        return Answer{TradeReceipt{record.sequence, amount_fen, balance_fen, true}};
    };
    return std::visit(domain::Overloaded{
                          [&](const domain::Deposited& event) {
                              return receipt(event.amount_fen, settled.owner_balance_fen);
                          },
                          [&](const domain::Withdrawn& event) {
                              return receipt(event.amount_fen, settled.owner_balance_fen);
                          },
                          [&](const domain::Transferred& event) {
                              return receipt(event.amount_fen, std::nullopt);
                          },
                          [&](const domain::PacketSent& event) {
                              auto view =
                                  std::make_unique<PacketView>(view_of_sent(event, record.at));
                              view->replayed = true;
                              return Answer{std::move(view)};
                          },
                          [](const auto&) {
                              domain::invariant(false, "only keyed requests are answered again");
                              return Answer{domain::Rejection::account_not_found};
                          },
                      },
                      record.event);
}

struct Ask {
    const persistence::ReadModel& model;

    Answer operator()(const ReadEntries& read) const {
        return std::make_unique<EntryPage>(model.entries(read.user_id, read.filter, read.page));
    }
    Answer operator()(const ReadClaims& read) const {
        return std::make_unique<ClaimPage>(model.claims(read.packet_id, read.page));
    }
    Answer operator()(const ReadMentions& read) const {
        return std::make_unique<MentionPage>(read.kind == MentionKind::sent
                                                 ? model.packets_sent(read.user_id, read.page)
                                                 : model.packets_received(read.user_id, read.page));
    }
    Answer operator()(const ReadAudit&) const {
        return std::make_unique<persistence::Audit>(model.audit());
    }
    Answer operator()(const ReadAnswer& read) const {
        const auto settled = model.settled_record(read.sequence);
        domain::invariant(settled.has_value(), "a synced record can be read again");
        return first_answer(*settled);
    }
};

} // namespace

Projector::behavior_type projector(Projector::pointer self, Environment* environment,
                                   persistence::ReadModel* read_model) {
    abort_on_exception(self);
    const auto outbox = std::make_shared<Outbox>(*environment);
    return {
        [=](const ProjectCommit& project) {
            read_model->apply(project.commit);
            environment->records_projected = project.commit->records.back().sequence;
        },
        [=](const Query& query) {
            // The routers may not have been told yet of what the projector knows.
            outbox->rest_on(environment->records_projected);
            outbox->reply(query.reply_to, std::visit(Ask{*read_model}, query.question));
            outbox->flush();
        },
        [=](Shutdown) { self->quit(); },
    };
}

} // namespace hongbao::actors
