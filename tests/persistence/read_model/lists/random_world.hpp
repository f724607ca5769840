// Role: a random history of everything that is on lists, with the books that it makes: lists are
// compared with these. Every record follows from those before.
#pragma once

#include "domain/books/books.hpp"
#include "tests/persistence/journals.hpp"
#include "tests/rig/seeded_random.hpp"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace hongbao::testing {

/// What the times of records are like.
enum class Times { in_order, set_back };

class RandomWorld {
  public:
    RandomWorld(std::uint64_t seed, Times times) : times_(times), random_(seed) {}

    domain::Record next() {
        domain::Record record;
        record.sequence = books.last_sequence + 1;
        do {
            now_ += static_cast<domain::InstantMs>(random_.below(20'000));
            if (times_ == Times::set_back && random_.below(60) == 0) {
                now_ -= 3'600'000;
            }
            // The records of a batch are stamped one by one.
            record.at = now_ - static_cast<domain::InstantMs>(random_.below(30'000));
            record.event = any_event();
            record.operation = random_.below(4) == 0 ? nullptr : operation_for(record.event);
        } while (!domain::what_is_wrong_with(books, record).empty());
        domain::apply(books, record);
        note(record);
        return record;
    }

    domain::Books books;
    std::vector<domain::UserId> users;   // in the order of their opening
    std::vector<domain::OrderId> orders; // in the order of their records
    std::map<domain::SaleId, std::vector<domain::OrderId>> orders_of_sale;
    std::vector<domain::Record> operations; // oldest first
    domain::InstantMs now() const { return now_; }

  private:
    /// Of those that operators make.
    static std::shared_ptr<const domain::Operation> operation_for(const domain::Event& event) {
        const domain::Record unsigned_one{1, 1, event, std::nullopt};
        return domain::is_operation(unsigned_one) ? std::make_shared<const domain::Operation>(
                                                        domain::Operation{"local", "r-1", "why"})
                                                  : nullptr;
    }
    /// Mostly one of the latest: the others are over.
    template <typename Map, typename Id>
    const auto& any_of(const Map& map, const std::vector<Id>& ids) {
        static const typename Map::mapped_type none{};
        if (ids.empty()) {
            return none;
        }
        const std::uint64_t back = std::min<std::uint64_t>(ids.size(), 5);
        return map.at(ids[ids.size() - 1 - random_.below(back)]);
    }
    domain::Event any_event() {
        using namespace domain;
        const std::uint64_t choice = users.size() < 4 ? 0 : random_.below(24);
        switch (choice) {
        case 0:
            return AccountOpened{any_name(), "", "", static_cast<AccountType>(random_.below(3))};
        case 1: {
            const UserId user_id = any_user();
            return AccountStatusChanged{user_id, static_cast<AccountStatus>(random_.below(2)),
                                        "why"};
        }
        case 2:
        case 3: return Deposited{any_user(), random_.between(100, 1'000), ""};
        case 4:
        case 5: return send();
        case 6:
        case 7:
        case 8: return open_share();
        case 9: return close_packet();
        case 10: return fund();
        case 11: return shake();
        case 12: return close_campaign();
        case 13: return open_sale();
        case 14: return close_sale();
        case 15:
        case 16: return reserve();
        case 20: return Withdrawn{any_user(), random_.between(1, 5), ""};
        case 21:
        case 22:
        case 23: return administer();
        default: return change_order();
        }
    }
    domain::Event administer() {
        using namespace domain;
        const auto some_time = [this](InstantMs most) {
            return random_.below(2) == 0 ? 0 : now_ + random_.between(1, most);
        };
        const AccessId id = "000000000000000" + std::to_string(random_.below(10));
        SecretHash hash{};
        hash.fill(static_cast<std::uint8_t>(random_.below(256)));
        const bool is_on = random_.below(2) == 0;
        switch (random_.below(9)) {
        case 0: return AccessKeyCreated{id, "", Scope::reader, "", hash, some_time(600'000), {}};
        case 1: return AccessKeyRotated{id, hash, some_time(60'000), some_time(600'000)};
        case 2: return AccessKeyRevoked{id};
        case 3:
        case 4:
            return SwitchChanged{static_cast<Switch>(random_.below(switch_count)), is_on,
                                 is_on ? 0 : random_.between(1, 3)};
        case 5:
            return InvitationCreated{
                id, hash, {81}, random_.between(1, 3), now_ + random_.between(1, 600'000), {}};
        case 6: return InvitationRevoked{id};
        case 7: return InvitationAccepted{id, "guest"};
        default:
            return WebhookChanged{id, "https://example.com/" + std::to_string(random_.below(3)),
                                  {}, static_cast<WebhookStatus>(random_.below(3)),
                                  "", 1,
                                  0,  random_.below(5)};
        }
    }

    std::uint64_t draw_id() {
        const domain::InstantMs drawn_at = now_ - domain::id_epoch_ms - random_.between(0, 60'000);
        return domain::make_id<domain::PacketId>(static_cast<std::uint64_t>(drawn_at),
                                                 static_cast<domain::Shard>(random_.below(4)),
                                                 ++drawn_ % 4'096)
            .value;
    }

    domain::Event send() {
        domain::PacketSent sent;
        sent.packet_id = {draw_id()};
        sent.sender = any_user();
        sent.count = random_.between(1, 3);
        sent.total_fen = sent.count * random_.between(1, 20);
        sent.share_fen_max = 20'000;
        sent.expires_at = now_ + random_.between(60'000, 600'000);
        return sent;
    }
    domain::Event open_share() {
        const domain::Packet& packet = any_of(books.packets, packets_);
        const domain::Fen rest_fen = packet.remaining_fen - (packet.remaining_count - 1);
        return domain::ShareOpened{packet.terms.packet_id, any_user(),
                                   packet.remaining_count == 1
                                       ? packet.remaining_fen
                                       : std::min<domain::Fen>(1, rest_fen)};
    }
    domain::Event close_packet() {
        const domain::Packet& packet = any_of(books.packets, packets_);
        return domain::PacketClosed{packet.terms.packet_id, packet.terms.sender,
                                    packet.remaining_fen, packet.sent_sequence};
    }
    domain::Event fund() {
        domain::CampaignFunded funded;
        funded.campaign_id = {draw_id()};
        funded.merchant = any_user();
        funded.name = "c";
        funded.budget_fen = random_.between(2, 6);
        funded.wins_per_user = 9;
        domain::InstantMs at = now_ - random_.between(0, 30'000);
        for (std::int64_t rounds = random_.between(1, 2); rounds > 0; --rounds) {
            const domain::InstantMs ends_at = at + random_.between(1'000, 300'000);
            funded.rounds.push_back({at, ends_at, 500, 2, 2, 9});
            at = ends_at + random_.between(0, 100'000);
        }
        return funded;
    }
    domain::Event shake() {
        const domain::Campaign& campaign = any_of(books.campaigns, campaigns_);
        return domain::ShakeDrawn{campaign.terms.campaign_id, any_user(), std::to_string(++drawn_),
                                  domain::round_at(campaign.terms, now_),
                                  random_.below(3) == 0 ? 0 : 2};
    }
    domain::Event close_campaign() {
        const domain::Campaign& campaign = any_of(books.campaigns, campaigns_);
        return domain::CampaignClosed{campaign.terms.campaign_id, campaign.terms.merchant,
                                      campaign.remaining_fen, campaign.funded_sequence};
    }
    domain::Event open_sale() {
        domain::SaleOpened opened;
        opened.sale_id = {draw_id()};
        opened.merchant = any_user();
        opened.title = "s";
        opened.group = std::array{"", "dune", "moon"}.at(random_.below(3));
        opened.price_fen = random_.between(1, 9);
        opened.stock = random_.between(1, 5);
        opened.starts_at = now_ + random_.between(-30'000, 30'000);
        opened.ends_at = opened.starts_at + random_.between(60'000, 600'000);
        opened.per_user_limit = opened.stock;
        opened.payment_window_s = random_.between(60, 120);
        return opened;
    }
    domain::Event close_sale() {
        const domain::Sale& sale = any_of(books.sales, sales_);
        return domain::SaleClosed{sale.terms.sale_id, sale.terms.merchant, sale.escrow_fen(),
                                  sale.opened_sequence};
    }
    domain::Event reserve() {
        const domain::Sale& sale = any_of(books.sales, sales_);
        return domain::OrderReserved{sale.terms.sale_id,
                                     {draw_id()},
                                     any_user(),
                                     1,
                                     now_ + random_.between(60'000, 120'000),
                                     false};
    }
    domain::Event change_order() {
        using namespace domain;
        if (orders.empty()) {
            return Deposited{any_user(), 1, ""};
        }
        const std::uint64_t back = std::min<std::uint64_t>(orders.size(), 12);
        const OrderId order_id = orders[orders.size() - 1 - random_.below(back)];
        const Sale& sale = books.sales.at(books.sale_of_order.at(order_id));
        const Order& order = *sale.orders.find(order_id);
        const OrderPaid due = terms_of_payment(sale, order);
        switch (random_.below(4)) {
        case 0: return OrderCancelled{due.sale_id, order_id, due.user_id};
        case 1: return OrderTimedOut{due.sale_id, order_id, due.user_id};
        case 2: return OrderRefunded{due.sale_id, order_id, due.user_id, due.amount_fen};
        default: return due;
        }
    }

    domain::UserId any_name() {
        std::string name;
        for (std::uint64_t left = 1 + random_.below(3); left > 0; --left) {
            name += "ab.@"[random_.below(4)];
        }
        return name == "." || name == ".." ? "a" : name;
    }
    domain::UserId any_user() {
        return users.empty() ? "nobody"
                             : users[random_.below(std::min<std::size_t>(users.size(), 6))];
    }
    void note(const domain::Record& record) {
        if (domain::is_operation(record)) {
            operations.push_back(record);
        }
        if (const auto* opened = std::get_if<domain::AccountOpened>(&record.event)) {
            users.push_back(opened->user_id);
        } else if (const auto* sent = std::get_if<domain::PacketSent>(&record.event)) {
            packets_.push_back(sent->packet_id);
        } else if (const auto* funded = std::get_if<domain::CampaignFunded>(&record.event)) {
            campaigns_.push_back(funded->campaign_id);
        } else if (const auto* sale = std::get_if<domain::SaleOpened>(&record.event)) {
            sales_.push_back(sale->sale_id);
        } else if (const auto* reserved = std::get_if<domain::OrderReserved>(&record.event)) {
            orders.push_back(reserved->order_id);
            orders_of_sale[reserved->sale_id].push_back(reserved->order_id);
        }
    }

    const Times times_;
    SeededRandom random_;
    domain::InstantMs now_ = story_begins;
    std::uint32_t drawn_ = 0;
    std::vector<domain::PacketId> packets_;
    std::vector<domain::CampaignId> campaigns_;
    std::vector<domain::SaleId> sales_;
};

} // namespace hongbao::testing
