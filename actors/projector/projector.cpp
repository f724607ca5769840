// Role: taking commits, and waking what sleeps in the read model.
#include "actors/projector/projector.hpp"

#include "actors/campaign/slices.hpp"

#include "domain/values/overloaded.hpp"

#include <deque>
#include <utility>
#include <vector>

namespace hongbao::actors {

namespace {

/// Wakes what routers ask for.
class Waker {
  public:
    Waker(Projector::pointer self, Environment& environment, const persistence::ReadModel& model)
        : self_(self), environment_(environment), model_(model) {}

    void on_wake(WakeEntities& wanted) {
        WokenEntities woken;
        std::uint64_t rows_left = rows_a_part; // for all that is asked here
        for (const domain::UserId& user_id : wanted.accounts) {
            woken.accounts.push_back({user_id, model_.account(user_id)});
        }
        for (const auto& packet : wanted.packets) {
            wake(packet, model_.packet(packet.packet_id), rows_left, wanted.router, woken);
        }
        for (const auto& campaign : wanted.campaigns) {
            wake(campaign, campaign_in_slices(campaign.campaign_id), rows_left, wanted.router,
                 woken);
        }
        for (const auto& sale : wanted.sales) {
            wake(sale, model_.sale(sale.sale_id), rows_left, wanted.router, woken);
        }
        for (const Reference& reference : wanted.references) {
            woken.references.push_back(look_up(reference));
        }
        for (Request& request : wanted.requests) {
            request.found = std::make_unique<Found>(look_up(request));
            woken.requests.push_back(std::move(request));
        }
        answer(wanted.router, std::move(woken));
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

  private:
    static constexpr std::uint64_t rows_a_part = rows_at_once_max;
    struct HalfAwake {
        std::size_t router = 0;
        std::variant<persistence::SleepingPacket, persistence::SleepingCampaign,
                     persistence::SleepingSale>
            sleeping;
    };

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

    /// An entity that is wanted, with as many rows as are left for now, or later in parts.
    template <typename Wanted, typename Sleeping>
    void wake(const Wanted& wanted, std::optional<Sleeping>&& sleeping, std::uint64_t& rows_left,
              std::size_t router, WokenEntities& woken) {
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
    Projector::pointer self_;
    Environment& environment_;
    const persistence::ReadModel& model_;
    std::deque<HalfAwake> half_awake_;
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
        [=](Shutdown shutdown) {
            pass_on(shutdown);
            self->quit();
        },
    };
}

} // namespace hongbao::actors
