// Role: generations filled, frozen, written and dropped.
#include "persistence/read_model/generations.hpp"

#include "persistence/read_model/apply.hpp"

#include "domain/values/invariant.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <iterator>
#include <utility>

namespace hongbao::persistence {

namespace {

constexpr auto look_interval = std::chrono::seconds(1);
/// A generation waits for an idle moment, but not for longer than this: writing disturbs commits,
/// and a generation twice as large takes less than twice the writing. It also bounds the tail
/// that a start after a crash has to replay.
constexpr int looks_until_written = 10;
/// Taken before a question gets its turn: about 0.1 ms.
constexpr std::size_t records_a_turn = 64;

/// The disk, or its file, has no room. The journal notices and refuses writes; the model just
/// waits.
bool is_lack_of_room(int error) {
    return error == ENOSPC || error == EDQUOT || error == EFBIG || error == MDB_MAP_FULL;
}

/// `give_way` is called between records, now and then.
void take(const ModelStore& store, const std::shared_ptr<Generation>& generation,
          const std::shared_ptr<const Generation>& frozen, const CommitPtr& commit,
          const std::function<void()>& give_way) {
    if (generation->empty()) {
        generation->first = commit->records.front().sequence;
    }
    generation->commits.push_back(commit);
    Applying applying(store, generation, frozen);
    std::size_t taken = 0;
    for (const domain::Record& record : commit->records) {
        if (++taken % records_a_turn == 0) {
            give_way();
        }
        applying.take(record);
    }
    generation->totals.position.chain_hash = commit->chain_hash;
}

/// Some of a commit's records. Only the part that ends it has its chain hash.
CommitPtr part_of(const Commit& commit, std::size_t begin, std::size_t end) {
    Commit part;
    part.records.assign(commit.records.begin() + static_cast<std::ptrdiff_t>(begin),
                        commit.records.begin() + static_cast<std::ptrdiff_t>(end));
    if (end == commit.records.size()) {
        part.chain_hash = commit.chain_hash;
    }
    return std::make_shared<const Commit>(std::move(part));
}

std::vector<CommitPtr> commits_after(domain::Sequence written, std::span<const CommitPtr> commits) {
    std::vector<CommitPtr> rest;
    for (const CommitPtr& commit : commits) {
        const domain::Sequence first = commit->records.front().sequence;
        if (first > written) {
            rest.push_back(commit);
        } else if (commit->records.back().sequence > written) {
            rest.push_back(part_of(*commit, written + 1 - first, commit->records.size()));
        }
    }
    return rest;
}

/// The two halves; of a single commit, of its records.
std::array<std::vector<CommitPtr>, 2> halves_of(std::span<const CommitPtr> commits) {
    if (commits.size() > 1) {
        const auto middle = commits.begin() + static_cast<std::ptrdiff_t>(commits.size() / 2);
        return {std::vector(commits.begin(), middle), std::vector(middle, commits.end())};
    }
    const Commit& only = *commits.front();
    domain::invariant(only.records.size() > 1, "what one record changes fits into a transaction");
    const std::size_t middle = only.records.size() / 2;
    return {std::vector{part_of(only, 0, middle)},
            std::vector{part_of(only, middle, only.records.size())}};
}

} // namespace

Generations::Generations(const ReadModelOptions& options, ModelStore& store)
    : options_(options), store_(store), stored_(store.totals_at_open()),
      filling_(std::make_shared<Generation>()), totals_(stored_) {
    filling_->totals = stored_;
}

Generations::~Generations() {
    if (!thread_.joinable()) {
        return;
    }
    write_all();
    {
        const std::unique_lock lock(mutex_);
        stopping_ = true;
    }
    wanted_.notify_one();
    thread_.join();
}

ModelTotals Generations::totals() const {
    const std::shared_lock lock(mutex_);
    return totals_;
}

domain::Sequence Generations::reached() const {
    const std::shared_lock lock(mutex_);
    return filling_->totals.position.last_sequence;
}

ModelView Generations::look() const {
    const std::shared_lock lock(mutex_);
    return ModelView(store_, filling_, frozen_, mutex_);
}

void Generations::start() {
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), "read-model");
}

void Generations::look_after_readers() {
    const auto sentence = store_.look_after_readers();
    if (sentence && options_.warn) {
        options_.warn(*sentence);
    }
}

void Generations::run() {
    std::unique_lock<std::shared_mutex> lock(mutex_);
    std::size_t records_before = 0;
    int looks = 0;
    while (!stopping_) {
        lock.unlock();
        look_after_readers();
        lock.lock();
        const bool wanted = wanted_.wait_for(lock, look_interval, [this] {
            return stopping_ || all_wanted_ ||
                   filling_->weight() >= options_.generation_records_max;
        });
        const std::size_t records = filling_->sides.size();
        const bool idle = records == records_before;
        records_before = records;
        if (!wanted && !idle && !out_of_room_ && ++looks < looks_until_written) {
            continue;
        }
        looks = 0;
        records_before = 0;
        freeze_and_write(lock);
        if (out_of_room_) {
            wanted_.wait_for(lock, look_interval, [this] { return stopping_; });
        }
    }
}

/// With the mutex held, and given up while the disk works.
void Generations::freeze_and_write(std::unique_lock<std::shared_mutex>& lock) {
    taken_.wait(lock, [this] { return !taking_; });
    freeze();
    if (frozen_ != nullptr) {
        lock.unlock();
        const bool written = write_frozen();
        lock.lock();
        out_of_room_ = !written;
    }
    all_wanted_ = all_wanted_ && !out_of_room_ && !(filling_->empty() && frozen_ == nullptr);
    written_.notify_all();
}

/// Within the mutex. A generation that could not be written yet goes first.
void Generations::freeze() {
    if (frozen_ != nullptr || filling_->empty()) {
        return;
    }
    auto next = std::make_shared<Generation>();
    next->totals = filling_->totals;
    next->accounts.reserve(filling_->accounts.size()); // as many will be touched again
    next->known_numbers = filling_->known_numbers;     // never read by the writing thread
    next->sides.reserve(filling_->sides.size());
    frozen_ = std::move(filling_);
    filling_ = std::move(next);
}

/// Outside the mutex. False if there is no room for it at the moment.
bool Generations::write_frozen() {
    const Generation& generation = *frozen_; // nobody else changes or drops it
    const int error = write(generation);
    if (error != 0 && !is_lack_of_room(error)) {
        store_.condemn();
        options_.fail_stop("the read model could not be written: " +
                           std::string(mdb_strerror(error)));
        domain::invariant(false, "a failed write of the read model ends the process");
    }
    if (error != 0) {
        return false;
    }
    unwritten_records_.fetch_sub(generation.sides.size());
    std::shared_ptr<const Generation> written; // freed outside the mutex: it is large
    const std::unique_lock lock(mutex_);
    written = std::exchange(frozen_, nullptr);
    return true;
}

int Generations::write(const Generation& generation) {
    const domain::Sequence written = stored_.position.last_sequence;
    if (generation.first <= written) { // a part of it was written before the disk was full
        return write_part(commits_after(written, generation.commits));
    }
    const int error = write_as_one(generation);
    return error == MDB_TXN_FULL ? write_halves(generation.commits) : error;
}

int Generations::write_as_one(const Generation& generation) {
    const int error =
        store_.write(generation, {generation.totals.elapsed_ms - options_.idempotency_keep_ms,
                                  options_.dirty_pages_max});
    if (error == 0) {
        stored_ = generation.totals;
    }
    return error;
}

/// As a new generation, so that what is written is a whole state of the model.
int Generations::write_part(std::span<const CommitPtr> commits) {
    const auto part = std::make_shared<Generation>();
    part->totals = stored_;
    for (const CommitPtr& commit : commits) {
        take(store_, part, nullptr, commit, [] {});
    }
    const int error = write_as_one(*part);
    return error == MDB_TXN_FULL ? write_halves(commits) : error;
}

int Generations::write_halves(std::span<const CommitPtr> commits) {
    const auto halves = halves_of(commits);
    const int error = write_part(halves[0]);
    return error != 0 ? error : write_part(halves[1]);
}

void Generations::write_all() {
    std::unique_lock<std::shared_mutex> lock(mutex_);
    all_wanted_ = true;
    if (thread_.joinable()) {
        wanted_.notify_one();
        written_.wait(lock, [this] { return !all_wanted_; });
        return;
    }
    while (all_wanted_) {
        freeze_and_write(lock);
    }
}

void Generations::apply(const CommitPtr& commit) {
    domain::invariant(!commit->records.empty(), "a commit has a record");
    std::unique_lock<std::shared_mutex> lock(mutex_);
    taking_ = true;
    take(store_, filling_, frozen_, commit, [&lock] {
        lock.unlock();
        lock.lock();
    });
    taking_ = false;
    taken_.notify_one();
    totals_ = filling_->totals;
    unwritten_records_.fetch_add(commit->records.size());
    if (filling_->weight() < options_.generation_records_max) {
        return;
    }
    if (!thread_.joinable()) {
        freeze_and_write(lock);
    } else {
        wanted_.notify_one();
        if (holds_back_) {
            written_.wait(lock, [this] {
                return out_of_room_ || filling_->weight() < options_.generation_records_max;
            });
            if (filling_->weight() > 4 * options_.generation_records_max) {
                options_.fail_stop("the disk has no room for the read model in " +
                                   options_.path.string());
            }
        }
    }
}

void Generations::note_chain_hash(const ChainHash& chain_hash) {
    const std::unique_lock lock(mutex_);
    filling_->totals.position.chain_hash = chain_hash;
    totals_.position.chain_hash = chain_hash;
}

} // namespace hongbao::persistence
