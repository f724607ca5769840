// Role: one answer a kind of question.
#include "actors/model_answers.hpp"

#include "actors/following.hpp"
#include "actors/packet_view.hpp"
#include "domain/overloaded.hpp"

namespace hongbao::actors {

namespace {

/// The gateway's payments for an order that were there when its account paid it: whatever came
/// later found it final.
std::vector<domain::ExternalPayment> payments_before(const persistence::ReadModel& model,
                                                     const domain::OrderPaid& paid) {
    auto order = model.order(paid.order_id);
    domain::invariant(order.has_value(), "an order that was paid is there");
    std::erase_if(order->external_payments, [](const domain::ExternalPayment& payment) {
        return payment.outcome == domain::ExternalPaymentOutcome::order_final;
    });
    return std::move(order->external_payments);
}

/// The answer that the request of this record was given the first time.
Answer first_answer(const persistence::ReadModel& model,
                    const persistence::SettledRecord& settled) {
    const auto& record = settled.record;
    const auto receipt = [&](domain::Fen amount_fen, std::optional<domain::Fen> balance_fen) {
        return Answer{TradeReceipt{record.sequence, amount_fen, balance_fen, true}};
    };
    return std::visit(
        domain::Overloaded{
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
                auto view = std::make_unique<PacketView>(view_of_sent(event, record.at));
                view->replayed = true;
                view->as_of = record.sequence;
                return Answer{std::move(view)};
            },
            [&](const domain::CampaignFunded& event) {
                auto view = std::make_unique<CampaignView>(view_of_funded(event, record.at));
                view->replayed = true;
                return Answer{std::move(view)};
            },
            [&](const domain::SaleOpened& event) {
                auto view = std::make_unique<SaleView>(view_of_opened(event, record.at));
                view->replayed = true;
                return Answer{std::move(view)};
            },
            [&](const domain::OrderPaid& event) {
                auto view = std::make_unique<OrderView>(
                    view_of_paid(event, record.at, payments_before(model, event)));
                view->replayed = true;
                return Answer{std::move(view)};
            },
            domain::case_of<domain::AccountOpened, domain::AccountStatusChanged,
                            domain::ShareOpened, domain::PacketClosed, domain::ShakeDrawn,
                            domain::CampaignClosed, domain::OrderReserved, domain::OrderCancelled,
                            domain::OrderTimedOut, domain::OrderRefunded,
                            domain::ExternalPaymentTaken, domain::WaitlistJoined,
                            domain::WaiterPassedOver, domain::SaleClosed>([](const auto&) {
                domain::invariant(false, "only keyed requests are answered again");
                return Answer{domain::Rejection::account_not_found};
            }),
        },
        record.event);
}

MentionPage views_of(persistence::Page<persistence::PacketMention>&& page, domain::InstantMs now) {
    MentionPage views;
    views.next_cursor = page.next_cursor;
    views.is_elsewhere = page.is_elsewhere;
    for (const persistence::PacketMention& mention : page.items) {
        views.items.push_back(
            {view_of(mention.packet, now), mention.own_share_fen, mention.own_opened_at});
        views.items.back().packet.as_of = mention.as_of;
    }
    return views;
}

template <typename Page>
Answer of_packet(std::unique_ptr<Page> page) {
    return page->as_of != 0 ? Answer{std::move(page)} : Answer{domain::Rejection::packet_not_found};
}

struct Ask {
    const persistence::ReadModel& model;
    domain::InstantMs now = 0;

    Answer operator()(const ReadEntries& read) const {
        return std::make_unique<EntryPage>(model.entries(read.user_id, read.filter, read.page));
    }
    Answer operator()(const ReadTrade& read) const {
        auto trade = model.trade(read.sequence);
        return trade ? Answer{std::make_unique<persistence::Trade>(std::move(*trade))}
                     : Answer{domain::Rejection::trade_not_found};
    }
    Answer operator()(const ReadClaims& read) const {
        return of_packet(std::make_unique<ClaimPage>(model.claims(read.packet_id, read.page)));
    }
    Answer operator()(const ReadTimeline& read) const {
        return of_packet(std::make_unique<TimelinePage>(model.timeline(read.packet_id, read.page)));
    }
    Answer operator()(const ReadMentions& read) const {
        return std::make_unique<MentionPage>(views_of(
            read.kind == MentionKind::sent ? model.packets_sent(read.user_id, read.page)
                                           : model.packets_received(read.user_id, read.page),
            now));
    }
    Answer operator()(const ReadCampaign& read) const {
        auto summary = model.campaign_summary(read.campaign_id);
        return summary ? Answer{std::make_unique<CampaignView>(
                             CampaignView{std::move(*summary), false})}
                       : Answer{domain::Rejection::campaign_not_found};
    }
    Answer operator()(const ReadSale& read) const {
        auto summary = model.sale_summary(read.sale_id);
        return summary ? Answer{std::make_unique<SaleView>(SaleView{std::move(*summary), false})}
                       : Answer{domain::Rejection::sale_not_found};
    }
    Answer operator()(const ReadOrders& read) const {
        return std::make_unique<OrderPage>(model.orders(read.user_id, read.page));
    }
    Answer operator()(const ReadNews& read) const {
        NewsPtr news = news_of(model, read);
        if (news) {
            return news;
        }
        return read.topic.kind == Topic::Kind::packet ? domain::Rejection::packet_not_found
                                                      : domain::Rejection::campaign_not_found;
    }
    Answer operator()(const ReadAudit&) const {
        return std::make_unique<persistence::Audit>(model.audit());
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
