// Role: taking commits, and waking what sleeps in the read model.
#include "actors/projector/projector.hpp"

#include "actors/campaign/slices.hpp"

#include "domain/values/overloaded.hpp"

#include <chrono>
#include <deque>
#include <utility>
#include <vector>

namespace hongbao::actors {

namespace {

/// Wakes what routers ask for. While what the read model was begun with is still being checked,
/// only what is found is told; the rest waits.
class Waker {
  public:
    Waker(Projector::pointer self, Environment& environment, const persistence::ReadModel& model)
        : self_(self), environment_(environment), model_(model) {}

    void on_wake(WakeEntities& wanted) {
        WokenEntities woken;
        WakeEntities missing;
        std::uint64_t rows_left = rows_a_part;     // for all that is asked here
        const bool may_miss = model_.is_checked(); // asked first: it may become so meanwhile
        for (const domain::UserId& user_id : wanted.accounts) {
            if (auto found = model_.account(user_id); found || may_miss) {
                woken.accounts.push_back({user_id, std::move(found)});
            } else {
                missing.accounts.push_back(user_id);
            }
        }
        for (const auto& packet : wanted.packets) {
            if (!wake(packet, model_.packet(packet.packet_id), may_miss, rows_left, wanted.router,
                      woken)) {
                missing.packets.push_back(packet);
            }
        }
        for (const auto& campaign : wanted.campaigns) {
            if (!wake(campaign, campaign_in_slices(campaign.campaign_id), may_miss, rows_left,
                      wanted.router, woken)) {
                missing.campaigns.push_back(campaign);
            }
        }
        for (const auto& sale : wanted.sales) {
            if (!wake(sale, model_.sale(sale.sale_id), may_miss, rows_left, wanted.router, woken)) {
                missing.sales.push_back(sale);
            }
        }
        for (const Reference& reference : wanted.references) {
            if (auto found = look_up(reference); found.is_used() || may_miss) {
                woken.references.push_back(std::move(found));
            } else {
                missing.references.push_back(reference);
            }
        }
        for (Request& request : wanted.requests) {
            auto found = look_up(request);
            if (found.claim || found.shake || found.order || may_miss) {
                request.found = std::make_unique<Found>(std::move(found));
                woken.requests.push_back(std::move(request));
            } else {
                missing.requests.push_back(std::move(request));
            }
        }
        answer(wanted.router, std::move(woken));
        if (!missing.empty()) {
            missing.router = wanted.router;
            missing.asked_ms = wanted.asked_ms;
            missing_.push_back(std::move(missing));
            look_again_later();
        }
    }

    /// The next part of a packet with many claims, of a campaign or sale, in turn with all else:
    /// nothing happens to them while they are asleep, so the parts fit together.
    void on_further() {
        HalfAwake& first = half_awake_.front();
        const auto go_on = [this](auto& sleeping) {
            return model_.wake_further(sleeping, rows_a_part);
        };
        if (std::visit(go_on, first.sleeping)) {
            WokenEntities woken;
            std::visit([&](auto& sleeping) { add_whole(woken, std::move(sleeping), false); },
                       first.sleeping);
            answer(first.router, std::move(woken));
        } else {
            half_awake_.push_back(std::move(first)); // a large one keeps no small one waiting
        }
        half_awake_.pop_front();
        go_on_later(!half_awake_.empty());
    }

    void on_look_again() {
        will_look_again_ = false;
        if (!model_.is_checked()) {
            give_up_on_old();
            return look_again_later();
        }
        for (WakeEntities& wanted : std::exchange(missing_, {})) {
            on_wake(wanted);
        }
    }

  private:
    static constexpr std::uint64_t rows_a_part = rows_at_once_max;
    static constexpr auto look_interval = std::chrono::milliseconds(5);
    struct HalfAwake {
        std::size_t router = 0;
        std::variant<persistence::SleepingPacket, persistence::SleepingCampaign,
                     persistence::SleepingSale>
            sleeping;
    };

    bool is_old(std::int64_t asked_ms) const {
        return environment_.clock->elapsed_ms() - asked_ms > environment_.query_wait_ms;
    }

    /// Whoever has waited for too long is told so; those at the front have waited longest.
    void give_up_on_old() {
        while (!missing_.empty() && is_old(missing_.front().asked_ms)) {
            WokenEntities unknown;
            unknown.not_known_yet = true;
            WakeEntities& missing = missing_.front();
            for (domain::UserId& user_id : missing.accounts) {
                unknown.accounts.push_back({std::move(user_id), std::nullopt});
            }
            for (const auto& packet : missing.packets) {
                unknown.packets.push_back({packet.packet_id, nullptr, 0, false});
            }
            for (const auto& campaign : missing.campaigns) {
                unknown.campaigns.push_back({campaign.campaign_id, nullptr, 0, false});
            }
            for (const auto& sale : missing.sales) {
                unknown.sales.push_back({sale.sale_id, nullptr, 0, false});
            }
            for (Reference& reference : missing.references) {
                unknown.references.push_back({std::move(reference), std::nullopt, std::nullopt});
            }
            unknown.requests = std::move(missing.requests);
            answer(missing_.front().router, std::move(unknown));
            missing_.pop_front();
        }
    }

    /// Its shakes go to their slices as they are read: the router has nothing left to move.
    std::optional<persistence::SleepingCampaign>
    campaign_in_slices(domain::CampaignId campaign_id) const {
        auto sleeping = model_.campaign(campaign_id);
        if (sleeping) {
            sleeping->campaign.shakes.spread_over(
                slice_count_of(sleeping->campaign.terms, environment_.campaign_slices_max));
        }
        return sleeping;
    }
    static std::uint64_t rows_of(const persistence::SleepingPacket& sleeping) {
        return sleeping.claim_count;
    }
    static std::uint64_t rows_of(const persistence::SleepingCampaign& sleeping) {
        return sleeping.shake_count;
    }
    static std::uint64_t rows_of(const persistence::SleepingSale& sleeping) {
        return sleeping.row_count();
    }

    /// An entity that is wanted, with as many rows as are left for now, or later in parts. False if
    /// it was not found and may have been lost.
    template <typename Wanted, typename Sleeping>
    bool wake(const Wanted& wanted, std::optional<Sleeping>&& sleeping, bool may_miss,
              std::uint64_t& rows_left, std::size_t router, WokenEntities& woken) {
        if (!sleeping && !may_miss) {
            return false;
        }
        if (!sleeping || (wanted.only_if_open && !sleeping->is_open())) {
            add_missing(woken, wanted);
        } else if (sleeping->is_over(environment_.clock->now())) {
            model_.wake_without_rows(*sleeping);
            add_whole(woken, std::move(*sleeping), true);
        } else if (rows_of(*sleeping) <= rows_left) {
            rows_left -= rows_of(*sleeping);
            domain::invariant(model_.wake_further(*sleeping, rows_of(*sleeping)),
                              "an entity is whole with all its rows");
            add_whole(woken, std::move(*sleeping), false);
        } else {
            wake_in_parts({router, std::move(*sleeping)});
        }
        return true;
    }

    static void add_missing(WokenEntities& woken, const WakeEntities::PacketWanted& wanted) {
        woken.packets.push_back({wanted.packet_id, nullptr, 0, false});
    }
    static void add_missing(WokenEntities& woken, const WakeEntities::CampaignWanted& wanted) {
        woken.campaigns.push_back({wanted.campaign_id, nullptr, 0, false});
    }
    static void add_missing(WokenEntities& woken, const WakeEntities::SaleWanted& wanted) {
        woken.sales.push_back({wanted.sale_id, nullptr, 0, false});
    }

    static void add_whole(WokenEntities& woken, persistence::SleepingPacket&& sleeping,
                          bool is_over) {
        const domain::PacketId packet_id = sleeping.packet.terms.packet_id;
        woken.packets.push_back({packet_id,
                                 std::make_unique<domain::Packet>(std::move(sleeping.packet)),
                                 sleeping.as_of, is_over});
    }
    static void add_whole(WokenEntities& woken, persistence::SleepingCampaign&& sleeping,
                          bool is_over) {
        const domain::CampaignId campaign_id = sleeping.campaign.terms.campaign_id;
        woken.campaigns.push_back({campaign_id,
                                   std::make_unique<domain::Campaign>(std::move(sleeping.campaign)),
                                   sleeping.as_of, is_over});
    }
    static void add_whole(WokenEntities& woken, persistence::SleepingSale&& sleeping,
                          bool is_over) {
        const domain::SaleId sale_id = sleeping.sale.terms.sale_id;
        woken.sales.push_back({sale_id, std::make_unique<domain::Sale>(std::move(sleeping.sale)),
                               sleeping.as_of, is_over});
    }

    WokenEntities::FoundReference look_up(const Reference& reference) const {
        if (reference.is_gateways()) {
            return {reference, model_.order_of_gateway_ref(reference.text), std::nullopt};
        }
        return {reference, std::nullopt,
                model_.deposit_of_reference(reference.user_id, reference.text)};
    }
    Found look_up(const Request& request) const {
        Found found;
        found.as_of = environment_.records_projected;
        if (const auto* open = open_in(request)) {
            found.claim = model_.claim_of(open->packet_id, open->user_id);
        } else if (const auto* shake = std::get_if<std::unique_ptr<domain::Shake>>(&request.body)) {
            found.shake =
                model_.shake_of((*shake)->campaign_id, (*shake)->user_id, (*shake)->request_id);
        } else if (const auto taken_sequence = undecided_in(request)) {
            found.suspended = model_.suspended_payment(*taken_sequence);
            found.order = found.suspended ? model_.order(found.suspended->order_id) : std::nullopt;
        } else if (const auto order_id = order_in(request)) {
            found.order = model_.order(*order_id);
        }
        return found;
    }
    void wake_in_parts(HalfAwake&& half_awake) {
        half_awake_.push_back(std::move(half_awake));
        go_on_later(half_awake_.size() == 1);
    }
    void answer(std::size_t router, WokenEntities&& woken) {
        if (!woken.empty()) {
            caf::anon_send(environment_.routers[router],
                           WokenBatch{std::make_shared<WokenEntities>(std::move(woken))});
        }
    }
    void go_on_later(bool is_needed) {
        if (is_needed) {
            self_->send(self_, WakeFurther{});
        }
    }
    void look_again_later() {
        if (!will_look_again_) {
            will_look_again_ = true;
            self_->delayed_send(self_, look_interval, LookAgain{});
        }
    }

    Projector::pointer self_;
    Environment& environment_;
    const persistence::ReadModel& model_;
    std::deque<HalfAwake> half_awake_;
    std::deque<WakeEntities> missing_; // asked for, and not found in a model not yet checked
    bool will_look_again_ = false;
};

} // namespace

Projector::behavior_type projector(Projector::pointer self, Environment* environment,
                                   persistence::ReadModel* read_model) {
    abort_on_exception(self);
    const auto waker = std::make_shared<Waker>(self, *environment, *read_model);
    const auto pass_on = [environment](const auto& message) {
        caf::anon_send(environment->historian, message);
    };
    return {
        [=](const ProjectCommit& project) {
            read_model->apply(project.commit);
            environment->records_projected = project.commit->records.back().sequence;
            if (environment->topics_followed > 0) { // otherwise the peak pays nothing for followers
                pass_on(project);
            }
        },
        [=](const Query& query) { pass_on(query); },
        [=](const WakeBatch& batch) { waker->on_wake(*batch.wanted); },
        [=](const Follow& follow) { pass_on(follow); },
        [=](Unfollow unfollow) { pass_on(unfollow); },
        [=](WakeFurther) { waker->on_further(); },
        [=](LookAgain) { waker->on_look_again(); },
        [=](Shutdown shutdown) {
            pass_on(shutdown);
            self->quit();
        },
    };
}

} // namespace hongbao::actors
