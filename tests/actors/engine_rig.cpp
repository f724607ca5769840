// Role: the rig's hold on CAF's scheduler, so that tests need not read its heads; and its start.
#include "tests/actors/engine_rig.hpp"

#include "actors/environment/environment.hpp"

#include <algorithm>
#include <caf/actor_cast.hpp>
#include <caf/scheduler/test_coordinator.hpp>

namespace hongbao::testing {

caf::scheduler::test_coordinator& EngineRig::scheduler() {
    return dynamic_cast<caf::scheduler::test_coordinator&>(engine_->system().scheduler());
}

bool EngineRig::run_one() {
    return scheduler().try_run_once();
}

bool EngineRig::run_all_but_background() {
    auto& jobs = scheduler().jobs;
    const auto* const background = dynamic_cast<caf::resumable*>(
        caf::actor_cast<caf::abstract_actor*>(engine_->environment().background));
    for (;;) {
        const auto next = std::find_if(jobs.begin(), jobs.end(),
                                       [&](caf::resumable* job) { return job != background; });
        if (next == jobs.end()) {
            return !jobs.empty();
        }
        std::rotate(jobs.begin(), next, next + 1);
        scheduler().run_once();
    }
}

void EngineRig::pass(std::chrono::milliseconds time) {
    scheduler().advance_time(time);
}

bool EngineRig::step(std::mt19937_64& choice) {
    auto& jobs = scheduler().jobs;
    if (jobs.empty() || choice() % 8 == 0) {
        if (commit()) {
            return true;
        }
    }
    if (jobs.empty()) {
        return false;
    }
    const auto chosen = jobs.begin() + static_cast<std::ptrdiff_t>(choice() % jobs.size());
    std::rotate(jobs.begin(), chosen, chosen + 1);
    scheduler().run_once();
    return true;
}

void EngineRig::handle_at_once() {
    scheduler().inline_all_enqueues();
}
void EngineRig::handle_in_turn() {
    scheduler().after_next_enqueue(std::function<void()>{});
}

void EngineRig::begin() {
    read_model_.reset();
    read_model_ = new_read_model(folder_.path());
    read_model_->set_synced(false); // no test here cuts the power
    actors::Beginning found;
    found.done_keys = std::make_shared<std::vector<actors::DoneKeys>>(options_.router_count);
    for (const domain::Record& record : journal.records()) {
        read_model_->apply(std::make_shared<const persistence::Commit>(
            persistence::Commit{{record}, journal.position(0).chain_hash}));
        const std::int64_t age_ms = clock.now() - record.at;
        if (record.idempotency && age_ms <= options_.idempotency_keep_ms) {
            actors::add_done_key(*found.done_keys, actors::digest_of_key(record.idempotency->key),
                                 record.idempotency->fingerprint, record.sequence, age_ms);
        }
    }
    const auto totals = read_model_->totals();
    found.last_sequence = totals.position.last_sequence;
    found.money_in_system_fen = totals.deposited_fen - totals.withdrawn_fen;
    found.open = std::get<persistence::OpenEntities>(read_model_->open_entities());
    found.largest_id = totals.largest_id;
    found.administration = std::get<domain::Administration>(read_model_->administration());
    actors::EngineOptions engine_options;
    engine_options.limits = options_.limits;
    engine_options.manual_clock = &clock;
    engine_options.awake_bytes_max = options_.awake_bytes_max;
    engine_options.money_in_system_fen_max = options_.money_in_system_fen_max;
    engine_options.query_wait_ms = options_.query_wait_ms;
    engine_options.campaign_slices_max = options_.campaign_slices_max;
    engine_options.router_count = options_.router_count;
    engine_options.scheduler_threads = 0;
    engine_options.idempotency_keep_ms = options_.idempotency_keep_ms;
    engine_options.writer.commit_batch_bytes_max = options_.commit_batch_bytes_max;
    engine_options.fail_stop = [](const std::string& sentence) { throw FailStop(sentence); };
    const auto epoch = std::get<persistence::Epoch>(journal.acquire(0));
    engine_ = std::make_unique<actors::Engine>(journal, epoch, *read_model_, clock, luck_, found,
                                               engine_options);
    run();
}

} // namespace hongbao::testing
