// Role: one answer for each kind of question.
#include "actors/projector/answers.hpp"

#include "actors/packet/view.hpp"
#include "actors/projector/following.hpp"
#include "actors/protocol/administration.hpp"
#include "actors/protocol/views.hpp"
#include "domain/values/overloaded.hpp"
#include "persistence/read_model/account/movement_words.hpp"

namespace hongbao::actors {

namespace {

/// The answer that a record's request was given the first time, whatever has happened since.
class FirstAnswer {
  public:
    FirstAnswer(const persistence::ReadModel& model, const persistence::SettledRecord& settled)
        : model_(model), settled_(settled), record_(settled.record) {}

    Answer operator()(const domain::AccountOpened& event) const {
        return again(AccountView{domain::opened_account(event, record_.at), true});
    }
    Answer operator()(const domain::Deposited&) const { return receipt(); }
    Answer operator()(const domain::Withdrawn&) const { return receipt(); }
    Answer operator()(const domain::Transferred&) const { return receipt(); }
    Answer operator()(const domain::PacketSent& event) const {
        PacketView view = view_of_sent(event, record_.at);
        view.as_of = record_.sequence;
        return again(std::move(view));
    }
    Answer operator()(const domain::ShareOpened& event) const {
        return ShareReceipt{event.packet_id, event.amount_fen, record_.at, false, true};
    }
    Answer operator()(const domain::CampaignFunded& event) const {
        return again(view_of_funded(event, record_.at));
    }
    Answer operator()(const domain::ShakeDrawn& event) const {
        return ShakeReceipt{event.amount_fen, record_.at, event.round, false, true};
    }
    Answer operator()(const domain::SaleOpened& event) const {
        return again(view_of_opened(event, record_.at));
    }
    Answer operator()(const domain::OrderReserved&) const { return order(); }
    Answer operator()(const domain::OrderPaid&) const { return order(); }
    Answer operator()(const domain::OrderCancelled&) const { return order(); }
    Answer operator()(const domain::OrderRefunded&) const { return order(); }
    Answer operator()(const domain::ExternalPaymentTaken& event) const {
        return again(ExternalPaymentReceipt{model_.order_at(record_),
                                            domain::payment_of(event, record_.at), false});
    }
    Answer operator()(const domain::WaitlistJoined& event) const {
        return WaitReceipt{event.position, false, true};
    }
    Answer operator()(const domain::SuspendedPaymentDecided& event) const {
        auto payment = model_.suspended_payment(event.order_id, event.gateway_ref);
        domain::invariant(payment.has_value(), "a payment that was decided on is there");
        return again(SuspendedView{std::move(*payment), true});
    }
    Answer operator()(const domain::AnswerKept& event) const {
        return KeptAnswer{event.status, event.body};
    }
    template <typename Event>
    Answer operator()(const Event& event)
        const requires domain::IsAmong<Event, domain::AdministrationEvents>::value {
        static_cast<void>(event);
        return AdministrationReceipt{record_, false, true};
    }
    /// Nobody asks for these with a key.
    template <typename Event>
    Answer operator()(const Event&) const requires domain::IsAmong<
        Event, domain::Alternatives<domain::AccountStatusChanged, domain::AccountProfileChanged,
                                    domain::PacketClosed, domain::CampaignClosed,
                                    domain::OrderTimedOut, domain::WaiterPassedOver,
                                    domain::WaitlistLeft, domain::SaleClosed>>::value {
        domain::invariant(false, "only keyed requests are answered again");
        return domain::Rejection::account_not_found;
    }

  private:
    template <typename View>
    static Answer again(View&& view) {
        view.replayed = true;
        return std::move(view);
    }
    Answer receipt() const {
        return TradeReceipt{persistence::trade_of(record_), settled_.owner_balance_fen, true};
    }
    Answer order() const { return again(OrderView{model_.order_at(record_), true}); }

    const persistence::ReadModel& model_;
    const persistence::SettledRecord& settled_;
    const domain::Record& record_;
};

Answer first_answer(const persistence::ReadModel& model,
                    const persistence::SettledRecord& settled) {
    return std::visit(FirstAnswer(model, settled), settled.record.event);
}

PacketView view_of_listed(const persistence::PacketMention& mention, domain::InstantMs now) {
    PacketView view = view_of(mention.packet, now);
    view.as_of = mention.as_of;
    return view;
}

/// The page with `view` of each item.
template <typename Item, typename ViewOf>
auto page_with(persistence::Page<Item>&& page, ViewOf view) {
    persistence::Page<decltype(view(page.items.front()))> views;
    views.next_cursor = page.next_cursor;
    views.is_elsewhere = page.is_elsewhere;
    for (Item& item : page.items) {
        views.items.push_back(view(item));
    }
    return views;
}

MentionPage views_of(persistence::Page<persistence::PacketMention>&& page, domain::InstantMs now) {
    return page_with(std::move(page), [now](const persistence::PacketMention& mention) {
        return MentionView{view_of_listed(mention, now), mention.own_share_fen,
                           mention.own_opened_at};
    });
}

template <typename Page>
Answer of_packet(Page&& page) {
    return page.as_of != 0 ? Answer{std::move(page)} : Answer{domain::Rejection::packet_not_found};
}

struct Ask {
    const persistence::ReadModel& model;
    domain::InstantMs now = 0;

    Answer operator()(const ReadEntries& read) const {
        return model.entries(read.user_id, read.type, read.page);
    }
    Answer operator()(const ReadTrade& read) const {
        auto trade = model.trade(read.sequence);
        return trade ? Answer{std::move(*trade)} : Answer{domain::Rejection::trade_not_found};
    }
    Answer operator()(const ReadClaims& read) const {
        return of_packet(model.claims(read.packet_id, read.page));
    }
    Answer operator()(const ReadStanding& read) const {
        const auto standing = model.standing(read.packet_id, read.user_id);
        return standing ? Answer{*standing} : Answer{domain::Rejection::packet_not_found};
    }
    Answer operator()(const ReadFairness& read) const {
        return of_packet(model.fairness(read.packet_id, read.page));
    }
    Answer operator()(const ReadTimeline& read) const {
        return of_packet(model.timeline(read.packet_id, read.page));
    }
    Answer operator()(const ReadMentions& read) const {
        return views_of(read.kind == MentionKind::sent
                            ? model.packets_sent(read.user_id, read.page)
                            : model.packets_received(read.user_id, read.page),
                        now);
    }
    Answer operator()(const ReadCampaign& read) const {
        auto summary = model.campaign_summary(read.campaign_id);
        return summary ? Answer{CampaignView{std::move(*summary), false}}
                       : Answer{domain::Rejection::campaign_not_found};
    }
    Answer operator()(const ReadSale& read) const {
        auto summary = model.sale_summary(read.sale_id);
        return summary ? Answer{SaleView{std::move(*summary), false}}
                       : Answer{domain::Rejection::sale_not_found};
    }
    Answer operator()(const ReadAccounts& read) const {
        return page_with(model.accounts(read.filter, read.page),
                         [](domain::Account& account) { return AccountView{std::move(account)}; });
    }
    Answer operator()(const ReadPackets& read) const {
        return page_with(model.packets(read.filter, read.page, now),
                         [this](const persistence::PacketMention& mention) {
                             return view_of_listed(mention, now);
                         });
    }
    Answer operator()(const ReadCampaigns& read) const {
        return model.campaigns(read.filter, read.page, now);
    }
    Answer operator()(const ReadSales& read) const {
        return model.sales(read.filter, read.page, now);
    }
    Answer operator()(const ReadOrders& read) const {
        auto page = model.orders(read.filter, read.page, now);
        return page ? Answer{std::move(*page)} : Answer{domain::Rejection::sale_not_found};
    }
    Answer operator()(const ReadSuspended& read) const {
        return model.suspended_payments(read.page);
    }
    Answer operator()(const ReadOperations& read) const { return model.operations(read.page); }
    Answer operator()(const ReadNews& read) const {
        NewsPtr news = news_of(model, read);
        if (news) {
            return news;
        }
        return read.topic.kind == Topic::Kind::packet ? domain::Rejection::packet_not_found
                                                      : domain::Rejection::campaign_not_found;
    }
    Answer operator()(const ReadAudit&) const { return model.audit(); }
    Answer operator()(const ReadDays& read) const { return model.days(read.page); }
    Answer operator()(const ReadMovements& read) const { return model.movements(read.wanted); }
    Answer operator()(const ReadStatementLines& read) const {
        return model.statement_lines(read.wanted);
    }
    Answer operator()(const ReadStatement& read) const {
        return model.statement(read.user_id, read.page, read.after);
    }
    Answer operator()(const ReadAnswer& read) const {
        const auto settled = model.settled_record(read.sequence);
        domain::invariant(settled.has_value(), "a synced record can be read again");
        return first_answer(model, *settled);
    }
};

} // namespace

Answer answer_to(const decltype(Query::question)& question, const persistence::ReadModel& model,
                 domain::InstantMs now) {
    return std::visit(Ask{model, now}, question);
}

} // namespace hongbao::actors
