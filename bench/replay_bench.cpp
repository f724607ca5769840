// Role: times replay, as at a start, of a journal with as many opens as accounts: reading,
// checking, folding, and the read model's part.
#include "bench/sample_records.hpp"
#include "bench/temporary_journal.hpp"

#include "persistence/journal/replay.hpp"
#include "persistence/read_model/audit.hpp"
#include "persistence/read_model/start/bring_up.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <span>

namespace hongbao {

namespace {

constexpr std::size_t commit_records = 500;

void fill(bench::TemporaryJournal& journal, std::size_t users) {
    const auto records = bench::sample_journal(users);
    for (std::size_t begin = 0; begin < records.size(); begin += commit_records) {
        const std::size_t count = std::min(commit_records, records.size() - begin);
        journal.append(std::span(records).subspan(begin, count));
    }
}

void replay(benchmark::State& state, const bench::TemporaryJournal& journal,
            const persistence::ReplayObservers& observers) {
    const auto outcome = persistence::replay(journal.journal(), observers);
    const auto* replayed = std::get_if<persistence::Replayed>(&outcome);
    domain::invariant(replayed != nullptr && replayed->position.last_sequence == journal.last(),
                      "replay reaches the end");
    state.SetItemsProcessed(state.items_processed() + static_cast<std::int64_t>(journal.last()));
}

void ReplayingTheBooks(benchmark::State& state) {
    bench::TemporaryJournal journal;
    fill(journal, static_cast<std::size_t>(state.range(0)));
    for (auto _ : state) {
        replay(state, journal, {});
    }
}
BENCHMARK(ReplayingTheBooks)->Arg(1'000)->Arg(20'000)->Unit(benchmark::kMillisecond);

void ReplayingBooksAndReadModel(benchmark::State& state) {
    bench::TemporaryJournal journal;
    fill(journal, static_cast<std::size_t>(state.range(0)));
    for (auto _ : state) {
        persistence::BringUp wanted;
        wanted.model.path = journal.folder() / "model";
        wanted.model.journal_id = journal.journal().id();
        wanted.rebuild = true;
        const auto outcome = persistence::bring_up(journal.journal(), wanted);
        const auto* up = std::get_if<persistence::BroughtUp>(&outcome);
        domain::invariant(up != nullptr && up->records_replayed == journal.last(),
                          "replay reaches the end");
        domain::invariant(up->model->audit().difference_fen() == 0,
                          "the replayed ledger is balanced");
        state.SetItemsProcessed(state.items_processed() +
                                static_cast<std::int64_t>(journal.last()));
    }
}
BENCHMARK(ReplayingBooksAndReadModel)->Arg(1'000)->Arg(20'000)->Unit(benchmark::kMillisecond);

} // namespace

} // namespace hongbao
