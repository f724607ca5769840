// Role: lists of everything, at many moments of random histories, with every filter, in both orders
// and within times: they are what the books say, page by page, wherever the rows are.
#include "persistence/inspect/verify.hpp"
#include "persistence/read_model/start/bring_up.hpp"
#include "tests/persistence/followed.hpp"
#include "tests/persistence/read_model/lists/random_world.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;
using domain::InstantMs;

/// An item in words, with the time by which pages ask for it.
struct Told {
    std::string words;
    InstantMs at = 0;
};
using AllTold = std::vector<Told>; // oldest first

std::string words_of(const domain::Account& account) {
    return account.profile.user_id + " " +
           std::to_string(static_cast<int>(account.standing.status)) + " " +
           std::to_string(account.standing.balance_fen);
}
std::string words_of(const PacketMention& mention, InstantMs now) {
    return std::to_string(mention.packet_id.value) + " " + mention.packet.terms.sender + " " +
           std::to_string(static_cast<int>(mention.packet.status(now))) + " " +
           std::to_string(mention.packet.remaining_fen);
}
std::string words_of(const CampaignSummary& campaign, InstantMs now) {
    return std::to_string(campaign.terms.campaign_id.value) + " " +
           std::to_string(static_cast<int>(campaign.status(now))) + " " +
           std::to_string(campaign.remaining_fen());
}
std::string words_of(const SaleSummary& sale, InstantMs now) {
    return std::to_string(sale.terms.sale_id.value) + " " +
           std::to_string(static_cast<int>(sale.status(now))) + " " +
           std::to_string(sale.sold_units);
}
std::string words_of(const OrderSummary& order, InstantMs) {
    return std::to_string(order.order_id.value) + " " + order.user_id + " " +
           std::to_string(static_cast<int>(order.status));
}

/// Asks for lists page by page, and holds them against what the books say.
class Comparing {
  public:
    Comparing(const ReadModel& model, const RandomWorld& world, SeededRandom& random, InstantMs now)
        : model_(model), world_(world), random_(random), now_(now) {}

    void compare_all() {
        compare_accounts();
        compare_packets();
        compare_campaigns();
        compare_sales();
        compare_orders();
        compare_operations();
        compare_administration();
    }

  private:
    /// `ask(page)` gives a page, `words(item)` tells an item; `all`: oldest first.
    template <typename Ask, typename Words>
    void compare(const std::string& what, const AllTold& all, Ask ask, Words words,
                 bool has_times = true) {
        PageRequest page;
        page.limit = 1 + static_cast<std::uint32_t>(random_.below(3));
        page.order = random_.below(2) == 0 ? ListOrder::asc : ListOrder::desc;
        if (has_times && !all.empty() && random_.below(2) == 0) {
            page.from = all[random_.below(all.size())].at + random_.between(-1, 1);
        }
        if (has_times && !all.empty() && random_.below(2) == 0) {
            page.to = all[random_.below(all.size())].at + random_.between(-1, 1);
        }
        std::vector<std::string> expected;
        for (const Told& told : all) {
            if ((!page.from || told.at >= *page.from) && (!page.to || told.at < *page.to)) {
                expected.push_back(told.words);
            }
        }
        if (page.order == ListOrder::desc) {
            std::ranges::reverse(expected);
        }
        std::vector<std::string> found;
        do {
            const auto answer = ask(page);
            ASSERT_LE(answer.items.size(), page.limit);
            ASSERT_FALSE(answer.is_elsewhere);
            for (const auto& item : answer.items) {
                found.push_back(words(item));
            }
            page.cursor = answer.next_cursor;
        } while (page.cursor);
        ASSERT_EQ(found, expected) << what << (page.order == ListOrder::asc ? ", asc" : ", desc")
                                   << (page.from ? ", from" : "") << (page.to ? ", to" : "");
    }
    template <typename Ask>
    void compare_now(const std::string& what, const AllTold& all, Ask ask) {
        compare(what, all, ask, [this](const auto& item) { return words_of(item, now_); });
    }
    void compare_operations() {
        AllTold all;
        for (const domain::Record& record : world_.operations) {
            all.push_back({words_of_operation(record), record.at});
        }
        compare(
            "operations", all, [&](const PageRequest& page) { return model_.operations(page); },
            words_of_operation);
    }
    static std::string words_of_operation(const domain::Record& record) {
        return std::to_string(record.sequence) + " " + std::to_string(record.event.index()) +
               (record.operation ? " by " + record.operation->principal : "");
    }
    void compare_administration() {
        const auto found = model_.administration();
        const auto* const state = std::get_if<domain::Administration>(&found);
        ASSERT_NE(state, nullptr) << std::get<Failure>(found).sentence;
        EXPECT_EQ(words_of_state(*state), words_of_state(world_.books.administration));
    }
    static std::string words_of_state(const domain::Administration& state) {
        const auto number = [](auto value) { return " " + std::to_string(value); };
        std::string words;
        for (const auto& [id, key] : state.access.keys) {
            words += "key " + id + number(key.made.secret_hash[0]) + number(key.previous_hash[0]) +
                     number(key.previous_until) + number(key.made.expires_at) +
                     number(key.created_at) + number(key.rotated_at) + number(key.revoked_at) +
                     "\n";
        }
        for (const domain::SwitchState& one : state.access.switches) {
            words += "switch" + number(int{one.is_on}) + number(one.retry_after_s) +
                     number(one.changed_at) + one.principal + one.reason + "\n";
        }
        for (const auto& [id, invitation] : state.invitations) {
            words += "invitation " + id + number(invitation.made.secret_hash[0]) +
                     number(invitation.guests) + number(invitation.made.guests_max) +
                     number(invitation.created_at) + number(invitation.revoked_at) + "\n";
        }
        return words;
    }
    /// Nothing, or one of the values up to `last`.
    template <typename Enumerator>
    std::optional<Enumerator> maybe(Enumerator last) {
        const auto count = static_cast<std::uint64_t>(last) + 1;
        const std::uint64_t drawn = random_.below(count + 1);
        return drawn == count ? std::nullopt : std::optional(static_cast<Enumerator>(drawn));
    }
    std::optional<domain::UserId> maybe_user() {
        const std::uint64_t drawn = random_.below(8);
        return drawn >= world_.users.size() || drawn > 5 ? std::nullopt
                                                         : std::optional(world_.users[drawn]);
    }

    /// By the records that made them.
    template <typename Map, typename One>
    static auto in_order(const Map& map, domain::Sequence One::*made_by) {
        std::map<domain::Sequence, std::pair<typename Map::key_type, const One*>> sorted;
        for (const auto& [id, one] : map) {
            sorted.emplace(one.*made_by, std::pair(id, &one));
        }
        std::vector<std::pair<typename Map::key_type, const One*>> all;
        for (const auto& [sequence, one] : sorted) {
            all.push_back(one);
        }
        return all;
    }
    void compare_accounts() {
        AccountFilter filter;
        filter.type = maybe(domain::AccountType::system);
        filter.status = maybe(domain::AccountStatus::frozen);
        if (random_.below(2) == 0) {
            filter.prefix = std::string(1, "ab.@"[random_.below(4)]);
            filter.prefix->append(random_.below(2), 'a');
        }
        std::vector<domain::UserId> users = world_.users;
        if (filter.prefix) {
            std::ranges::sort(users);
        }
        AllTold all;
        for (const domain::UserId& user_id : users) {
            const domain::Account& account = world_.books.accounts.at(user_id);
            if (user_id.starts_with(filter.prefix.value_or("")) &&
                filter.type.value_or(account.profile.type) == account.profile.type &&
                filter.status.value_or(account.standing.status) == account.standing.status) {
                all.push_back({words_of(account), account.profile.created_at});
            }
        }
        compare(
            "accounts", all, [&](const PageRequest& page) { return model_.accounts(filter, page); },
            [](const domain::Account& account) { return words_of(account); });
    }
    void compare_packets() {
        const PacketFilter filter{maybe_user(), maybe(domain::PacketStatus::expired)};
        AllTold all;
        for (const auto& [id, packet] :
             in_order(world_.books.packets, &domain::Packet::sent_sequence)) {
            const auto status = packet->status(now_);
            if (filter.sender.value_or(packet->terms.sender) == packet->terms.sender &&
                filter.status.value_or(status) == status) {
                PacketMention mention;
                mention.packet_id = id;
                mention.packet = *packet;
                all.push_back({words_of(mention, now_), packet->created_at});
            }
        }
        compare_now("packets", all,
                    [&](const PageRequest& page) { return model_.packets(filter, page, now_); });
    }
    void compare_campaigns() {
        const CampaignFilter filter{maybe_user(), maybe(domain::CampaignStatus::ended)};
        AllTold all;
        for (const auto& [id, campaign] :
             in_order(world_.books.campaigns, &domain::Campaign::funded_sequence)) {
            CampaignSummary summary;
            summary.terms = campaign->terms;
            summary.closed_at = campaign->closed_at;
            summary.spent_fen = campaign->terms.budget_fen - campaign->remaining_fen;
            const auto status = summary.status(now_);
            if (filter.merchant.value_or(summary.terms.merchant) == summary.terms.merchant &&
                filter.status.value_or(status) == status) {
                all.push_back({words_of(summary, now_), campaign->created_at});
            }
        }
        compare_now("campaigns", all,
                    [&](const PageRequest& page) { return model_.campaigns(filter, page, now_); });
    }
    void compare_sales() {
        SaleFilter filter{maybe_user(), {}, maybe(domain::SaleStatus::closed)};
        if (random_.below(2) == 0) {
            filter.group = std::array{"dune", "moon", "none"}.at(random_.below(3));
        }
        AllTold all;
        for (const auto& [id, sale] :
             in_order(world_.books.sales, &domain::Sale::opened_sequence)) {
            SaleSummary summary;
            summary.terms = sale->terms;
            summary.closed_at = sale->closed_at;
            summary.reserved_units = sale->reserved_units;
            summary.sold_units = sale->sold_units;
            const auto status = summary.status(now_);
            if (filter.merchant.value_or(summary.terms.merchant) == summary.terms.merchant &&
                filter.group.value_or(summary.terms.group) == summary.terms.group &&
                filter.status.value_or(status) == status) {
                all.push_back({words_of(summary, now_), sale->created_at});
            }
        }
        compare_now("sales", all,
                    [&](const PageRequest& page) { return model_.sales(filter, page, now_); });
    }
    void compare_orders() {
        if (world_.orders_of_sale.empty()) {
            return;
        }
        OrderFilter filter;
        filter.status = maybe(domain::OrderStatus::refunded);
        filter.user_id = maybe_user();
        if (!filter.user_id || random_.below(2) == 0) {
            auto sale = world_.orders_of_sale.begin();
            std::advance(sale, random_.below(world_.orders_of_sale.size()));
            filter.sale_id = sale->first;
        }
        AllTold all;
        for (const domain::OrderId order_id : world_.orders) {
            const domain::SaleId sale_id = world_.books.sale_of_order.at(order_id);
            const domain::Sale& sale = world_.books.sales.at(sale_id);
            const domain::Order& order = *sale.orders.find(order_id);
            OrderSummary summary;
            summary.order_id = order_id;
            summary.user_id = sale.users.user_id(order.buyer);
            summary.status = domain::status_at(order.status, order.pay_by, now_);
            if (filter.sale_id.value_or(sale_id) == sale_id &&
                filter.user_id.value_or(summary.user_id) == summary.user_id &&
                filter.status.value_or(summary.status) == summary.status) {
                all.push_back({words_of(summary, now_), order.reserved_at});
            }
        }
        compare_now("orders", all, [&](const PageRequest& page) {
            return model_.orders(filter, page, now_).value();
        });
    }
    const ReadModel& model_;
    const RandomWorld& world_;
    SeededRandom& random_;
    const InstantMs now_;
};

class Lists : public ::testing::TestWithParam<std::tuple<Rows, Times>> {
  protected:
    Rows rows() const { return std::get<0>(GetParam()); }
    Times times() const { return std::get<1>(GetParam()); }
};
INSTANTIATE_TEST_SUITE_P(Everywhere, Lists,
                         ::testing::Combine(::testing::ValuesIn(everywhere),
                                            ::testing::Values(Times::in_order, Times::set_back)));

TEST_P(Lists, AreWhatTheBooksSay) {
    const std::uint64_t seeds = rows() == Rows::in_the_file ? 1 : 3;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        RandomWorld world(seed, times());
        SeededRandom random(1'000 + seed);
        Followed followed(rows());
        for (int step = 0; step < 60; ++step) {
            std::vector<domain::Record> records;
            for (std::uint64_t left = 1 + random.below(12); left > 0; --left) {
                records.push_back(world.next());
            }
            followed.add(records);
            for (int times = 0; times < 4 && !HasFatalFailure(); ++times) {
                const InstantMs now = world.now() + random.between(-300'000, 300'000);
                Comparing(*followed.model, world, random, now).compare_all();
            }
            ASSERT_FALSE(HasFatalFailure()) << "after record " << world.books.last_sequence;
        }
        const ModelTotals totals = followed.model->totals();
        EXPECT_EQ(totals.clock_set_back_sequence != 0, times() == Times::set_back);
        followed.model->write_all();
        const auto wrong = followed.model->check_now();
        EXPECT_FALSE(wrong) << wrong->sentence;
        const auto outcome =
            verify(followed.folder.path() / "journal", {}, followed.folder.path() / "model");
        ASSERT_TRUE(std::holds_alternative<SoundJournal>(outcome));
        const ModelVerdict& verdict = std::get<SoundJournal>(outcome).model;
        EXPECT_EQ(verdict.state, ModelState::agrees) << verdict.sentence;
    }
}

} // namespace
} // namespace hongbao::persistence
