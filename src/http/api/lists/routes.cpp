// Role: routes of lists of things: accounts, packets, campaigns, sales and orders.
#include "http/api/access/own.hpp"
#include "http/api/access/whose.hpp"
#include "http/api/accounts/render.hpp"
#include "http/api/ask.hpp"
#include "http/api/body/faults.hpp"
#include "http/api/campaigns/render.hpp"
#include "http/api/lists/list_query.hpp"
#include "http/api/orders/render.hpp"
#include "http/api/packets/render.hpp"
#include "http/api/paths/path_ids.hpp"
#include "http/api/render.hpp"
#include "http/api/sales/render.hpp"
#include "http/api/words.hpp"
#include "http/transport/exchange.hpp"

#include "actors/environment/clock.hpp"

namespace hongbao::http {

namespace {

template <typename Item>
std::string json_of(const Item& item) {
    return render(item).dump();
}

/// The query of a list, read parameter by parameter. All faulty ones are told at once; what else is
/// wrong, after them.
class Filters {
  public:
    explicit Filters(RouteContext& context) : context_(context) {
        take(read_list_query(context), list_);
    }

    /// One of `words`, as the enumerator at its place.
    template <typename Enumerator, std::size_t count>
    void word(std::string_view name, const std::array<std::string_view, count>& words,
              std::optional<Enumerator>& into) {
        std::optional<std::size_t> place;
        take(read_query_word(context_.exchange, name, words), place);
        if (place) {
            into = static_cast<Enumerator>(*place);
        }
    }
    /// A user id, or the beginning of one.
    void name(std::string_view name, std::optional<std::string>& into) {
        const auto value = context_.exchange.query(name);
        if (!value) {
            return;
        }
        if (domain::is_valid_user_id(*value)) {
            into = std::string(*value);
        } else {
            faults_.add(
                Fault{Fault::In::query, std::string(name), fault_code::invalid_format,
                      std::string(name) + " must be 1 to 64 characters of A-Z a-z 0-9 . _ : @ -"});
        }
    }
    void text(std::string_view name, std::optional<std::string>& into) {
        if (const auto value = context_.exchange.query(name)) {
            into = std::string(*value);
        }
    }
    /// A user who has an account. The last one that is read: it asks the engine.
    void user(std::string_view name, std::optional<domain::UserId>& into) {
        this->name(name, into);
        if (into) {
            must_exist(*into);
        }
    }
    /// The user whose things they are. Whoever acts for itself sees its own alone.
    void owner(std::string_view name, std::optional<domain::UserId>& into) {
        this->name(name, into);
        if (auto problem = narrow_to_own(context_, into)) {
            complain(std::move(*problem));
        }
        if (into) {
            must_exist(*into);
        }
    }
    void must_exist(const domain::UserId& user_id) {
        if (!problem_ && faults_.empty()) {
            problem_ = account_missing(context_, user_id);
        }
    }
    void complain(Problem&& problem) {
        faults_.add(problem.errors);
        if (problem.errors.empty() && !problem_) {
            problem_ = std::move(problem);
        }
    }

    /// The page that `Question`, of the filter and the page, is answered with; or what is wrong.
    template <typename Page, typename Question, typename Filter, typename RenderItem>
    Result answer(Filter&& filter, RenderItem render_item) {
        if (auto problem = take_problem()) {
            return std::move(*problem);
        }
        return page_of<Page>(context_, list_, Question{std::move(filter), list_.page}, render_item);
    }

    /// The one account on the list of whoever acts for itself, if the list has it.
    Result answer_own(const persistence::AccountFilter& filter) {
        const domain::UserId& user_id = context_.principal.user_id;
        std::optional<domain::UserId> own;
        if (auto problem = narrow_to_own(context_, own)) {
            complain(std::move(*problem));
        }
        if (auto problem = take_problem()) {
            return std::move(*problem);
        }
        return answered<actors::AccountView>(
            ask(context_, actors::Request{actors::ReadAccount{user_id}, {}, actors::Hop::owner},
                Purpose::read),
            [&](const actors::AccountView& view) {
                actors::AccountPage page;
                page.is_elsewhere = list_.page.cursor.has_value(); // it has one page
                if (is_listed(view.account, filter)) {
                    page.items.push_back(view);
                }
                return page_answer(list_, page, json_of<actors::AccountView>);
            });
    }

  private:
    std::optional<Problem> take_problem() {
        auto faulty = faults_.take_problem();
        return faulty ? std::move(faulty) : std::move(problem_);
    }
    bool is_listed(const domain::Account& account, const persistence::AccountFilter& filter) const {
        const auto& [limit, cursor, order, from, to] = list_.page;
        return account.profile.user_id.starts_with(filter.prefix.value_or("")) &&
               filter.type.value_or(account.profile.type) == account.profile.type &&
               filter.status.value_or(account.standing.status) == account.standing.status &&
               account.profile.created_at >= from.value_or(account.profile.created_at) &&
               !(to && account.profile.created_at >= *to);
    }

    template <typename T>
    void take(std::variant<T, Problem>&& read, T& into) {
        if (auto* problem = std::get_if<Problem>(&read)) {
            complain(std::move(*problem));
        } else {
            into = std::move(std::get<T>(read));
        }
    }

    RouteContext& context_;
    ListQuery list_;
    Faults faults_;
    std::optional<Problem> problem_;
};

/// Renders as of now.
template <typename Summary>
auto json_at(const RouteContext& context) {
    return [now = context.server.clock->now()](const Summary& summary) {
        return render(summary, now).dump();
    };
}

Result list_accounts(RouteContext& context) {
    persistence::AccountFilter filter;
    Filters filters(context);
    filters.name("prefix", filter.prefix);
    filters.word("type", account_type_words, filter.type);
    filters.word("status", account_status_words, filter.status);
    if (acts_for_itself(context)) {
        return filters.answer_own(filter);
    }
    return filters.answer<actors::AccountPage, actors::ReadAccounts>(std::move(filter),
                                                                     json_of<actors::AccountView>);
}

Result list_packets(RouteContext& context) {
    persistence::PacketFilter filter;
    Filters filters(context);
    filters.word("status", packet_status_words, filter.status);
    filters.owner("sender", filter.sender);
    return filters.answer<actors::PacketPage, actors::ReadPackets>(std::move(filter),
                                                                   json_of<actors::PacketView>);
}

Result list_campaigns(RouteContext& context) {
    persistence::CampaignFilter filter;
    Filters filters(context);
    filters.word("status", campaign_status_words, filter.status);
    filters.owner("merchant", filter.merchant);
    return filters.answer<actors::CampaignPage, actors::ReadCampaigns>(
        std::move(filter), json_at<persistence::CampaignSummary>(context));
}

Result list_sales(RouteContext& context) {
    persistence::SaleFilter filter;
    Filters filters(context);
    filters.word("status", sale_status_words, filter.status);
    filters.text("group", filter.group);
    filters.owner("merchant", filter.merchant);
    return filters.answer<actors::SalePage, actors::ReadSales>(
        std::move(filter), json_at<persistence::SaleSummary>(context));
}

Result list_sale_orders(RouteContext& context) {
    persistence::OrderFilter filter;
    Filters filters(context);
    filters.word("status", order_status_words, filter.status);
    filter.sale_id = read_sale_id(context.parameters[0]);
    if (!filter.sale_id) {
        filters.complain(problem_of(domain::Rejection::sale_not_found));
    } else if (auto problem = find_denial_of_orders(context, *filter.sale_id)) {
        return std::move(*problem);
    }
    filters.user("user_id", filter.user_id);
    return filters.answer<actors::OrderPage, actors::ReadOrders>(std::move(filter), render_order);
}

Result list_account_orders(RouteContext& context) {
    persistence::OrderFilter filter;
    Filters filters(context);
    filters.word("status", order_status_words, filter.status);
    filter.user_id = domain::UserId(context.parameters[0]);
    filters.must_exist(*filter.user_id);
    return filters.answer<actors::OrderPage, actors::ReadOrders>(std::move(filter), render_order);
}

} // namespace

std::span<const Route> list_routes() {
    static constexpr auto accounts_query = page_query_with("prefix", "type", "status");
    static constexpr auto packets_query = page_query_with("sender", "status");
    static constexpr auto campaigns_query = page_query_with("merchant", "status");
    static constexpr auto sales_query = page_query_with("merchant", "group", "status");
    static constexpr auto sale_orders_query = page_query_with("status", "user_id");
    static constexpr auto orders_query = page_query_with("status");
    static constexpr std::array routes{
        Route{"GET", "/v1/accounts", Action::list_accounts, list_accounts, false, accounts_query},
        Route{"GET", "/v1/packets", Action::list_packets, list_packets, false, packets_query},
        Route{"GET", "/v1/campaigns", Action::list_campaigns, list_campaigns, false,
              campaigns_query},
        Route{"GET", "/v1/sales", Action::list_sales, list_sales, false, sales_query},
        Route{"GET", "/v1/sales/{id}/orders", Action::list_sale_orders, list_sale_orders, false,
              sale_orders_query},
        Route{"GET", "/v1/accounts/{user_id}/orders", Action::read_history, list_account_orders,
              false, orders_query},
    };
    return routes;
}

} // namespace hongbao::http
