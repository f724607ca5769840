// Role: takes commits, and wakes what sleeps in the read model.
#include "actors/projector/projector.hpp"

#include "actors/campaign/keeping.hpp"
#include "actors/packet/keeping.hpp"
#include "actors/protocol/waking.hpp"
#include "actors/sale/keeping.hpp"

#include <caf/typed_event_based_actor.hpp>
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
        std::uint64_t rows_left = rows_a_part; // for all that is asked in this message
        const auto wake_all = [&](const auto& of_kind) {
            for (const auto& one : of_kind) {
                wake(one, rows_left, wanted.router, woken);
            }
        };
        std::apply([&](const auto&... of_kind) { (wake_all(of_kind), ...); }, wanted.entities);
        for (const Reference& reference : wanted.references) {
            woken.references.push_back(look_up(reference));
        }
        for (Request& request : wanted.requests) {
            request.found = std::make_unique<Found>(look_up(request));
            woken.requests.push_back(std::move(request));
        }
        answer(wanted.router, std::move(woken));
    }

    /// The next part of an entity with many rows, in turn with all else: nothing happens to it
    /// while it is asleep, so the parts fit together.
    void on_further() {
        HalfAwake& first = half_awake_.front();
        const bool is_whole = std::visit(
            [this](auto& half) { return model_.wake_further(half.sleeping, rows_a_part); },
            first.half);
        if (is_whole) {
            WokenEntities woken;
            std::visit([&](auto& half) { woken.add(whole(half, false)); }, first.half);
            answer(first.router, std::move(woken));
        } else {
            half_awake_.push_back(std::move(first)); // a large one keeps no small one waiting
        }
        half_awake_.pop_front();
        go_on_later(!half_awake_.empty());
    }

  private:
    static constexpr std::uint64_t rows_a_part = rows_at_once_max;
    template <typename Kind>
    struct Half {
        NameOf<Kind> name;
        typename Keeping<Kind>::Sleeping sleeping;
    };
    struct HalfAwake {
        std::size_t router = 0;
        EndingKinds::Variant<Half> half;
    };

    void wake(const Wanted<AccountKind>& wanted, std::uint64_t&, std::size_t,
              WokenEntities& woken) {
        Woken<AccountKind> account{wanted.name, nullptr};
        if (auto found = model_.account(wanted.name)) {
            account.state = std::make_unique<domain::Account>(std::move(found->account));
            account.as_of = found->as_of;
        }
        woken.add(std::move(account));
    }

    /// At once if its rows fit into what this message may read, otherwise later, in parts.
    template <typename Kind>
    void wake(const Wanted<Kind>& wanted, std::uint64_t& rows_left, std::size_t router,
              WokenEntities& woken) {
        auto found = Keeping<Kind>::asleep(model_, wanted.name, environment_);
        if (!found || (wanted.only_if_open && !found->is_open())) {
            woken.add(Woken<Kind>{wanted.name, nullptr});
            return;
        }
        Half<Kind> half{wanted.name, std::move(*found)};
        const std::uint64_t rows = half.sleeping.row_count();
        if (half.sleeping.is_over(environment_.clock->now())) {
            model_.wake_without_rows(half.sleeping);
            woken.add(whole(half, true));
        } else if (rows <= rows_left) {
            rows_left -= rows;
            domain::invariant(model_.wake_further(half.sleeping, rows),
                              "an entity is whole with all its rows");
            woken.add(whole(half, false));
        } else {
            half_awake_.push_back({router, std::move(half)});
            go_on_later(half_awake_.size() == 1);
        }
    }

    template <typename Kind>
    static Woken<Kind> whole(Half<Kind>& half, bool is_over) {
        return {half.name,
                std::make_unique<typename Kind::State>(
                    std::move(Keeping<Kind>::state_of(half.sleeping))),
                half.sleeping.as_of, is_over};
    }

    FoundReference look_up(const Reference& reference) const {
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
                model_.shake_of((*shake)->campaign_id, (*shake)->user_id, (*shake)->shake_key);
        } else if (const auto taken_sequence = undecided_in(request)) {
            found.suspended = model_.suspended_payment(*taken_sequence);
            found.order = found.suspended ? model_.order(found.suspended->order_id) : std::nullopt;
        } else if (const auto order_id = order_in(request)) {
            found.order = model_.order(*order_id);
        }
        return found;
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
            environment->hot_list.count(project.commit->records, environment->clock->elapsed_ms());
            if (environment->topics_followed > 0) { // without followers the peak pays nothing
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
