// Role: generations filled, frozen, written and dropped; the state that a start takes over.
#include "persistence/lmdb_read_model.hpp"

#include "persistence/model_view.hpp"

#include "domain/invariant.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <iterator>
#include <utility>

namespace hongbao::persistence {

namespace {

constexpr auto write_interval = std::chrono::seconds(1);

/// The disk has no room. The journal notices and refuses writes; the model just waits.
bool is_lack_of_room(int error) {
    return error == ENOSPC || error == EDQUOT || error == MDB_MAP_FULL;
}

domain::PacketClosed closing(const domain::PacketSent& sent, const PacketRow& row,
                             domain::Fen refund_fen) {
    return {sent.packet_id, sent.sender, refund_fen, row.sent_sequence};
}

} // namespace

std::variant<std::unique_ptr<LmdbReadModel>, Failure> LmdbReadModel::open(const Options& options) {
    auto opened = ModelStore::open(options.path, options.journal_id);
    if (auto* failure = std::get_if<Failure>(&opened)) {
        return std::move(*failure);
    }
    return std::unique_ptr<LmdbReadModel>(
        new LmdbReadModel(options, std::move(std::get<std::unique_ptr<ModelStore>>(opened))));
}

LmdbReadModel::LmdbReadModel(const Options& options, std::unique_ptr<ModelStore> store)
    : options_(options), store_(std::move(store)), filling_(std::make_unique<Generation>()) {
    filling_->totals = store_->totals_at_open();
}

LmdbReadModel::~LmdbReadModel() {
    if (thread_.joinable()) {
        write_all();
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        wanted_.notify_one();
        thread_.join();
    }
}

ModelTotals LmdbReadModel::totals() const {
    const std::lock_guard lock(mutex_);
    return filling_->totals;
}

void LmdbReadModel::start() {
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), "read-model");
}

void LmdbReadModel::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        wanted_.wait_for(lock, write_interval, [this] {
            return stopping_ || all_wanted_ ||
                   filling_->sides.size() >= options_.generation_records_max;
        });
        freeze_and_write(lock);
        if (out_of_room_) {
            wanted_.wait_for(lock, write_interval, [this] { return stopping_; });
        }
    }
}

/// With the mutex held, and given up while the disk works.
void LmdbReadModel::freeze_and_write(std::unique_lock<std::mutex>& lock) {
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
void LmdbReadModel::freeze() {
    if (frozen_ != nullptr || filling_->empty()) {
        return;
    }
    auto next = std::make_unique<Generation>();
    next->totals = filling_->totals;
    frozen_ = std::move(filling_);
    filling_ = std::move(next);
}

/// Outside the mutex. False if there is no room for it at the moment.
bool LmdbReadModel::write_frozen() {
    const Generation& generation = *frozen_; // nobody else changes or drops it
    const int error =
        store_->write(generation, generation.totals.elapsed_ms - options_.idempotency_keep_ms);
    if (error != 0 && !is_lack_of_room(error)) {
        options_.fail_stop("the read model could not be written: " +
                           std::string(mdb_strerror(error)));
        domain::invariant(false, "a failed write of the read model ends the process");
    }
    if (error != 0) {
        return false;
    }
    unwritten_records_.fetch_sub(generation.sides.size());
    std::shared_ptr<const Generation> written; // freed outside the mutex: it is large
    const std::lock_guard lock(mutex_);
    written = std::exchange(frozen_, nullptr);
    return true;
}

void LmdbReadModel::write_all() {
    std::unique_lock lock(mutex_);
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

void LmdbReadModel::set_synced(bool synced) {
    const int error = store_->set_synced(synced);
    if (error != 0) {
        options_.fail_stop("the read model could not be synced: " +
                           std::string(mdb_strerror(error)));
    }
}

void LmdbReadModel::apply(const CommitPtr& commit) {
    domain::invariant(!commit->records.empty(), "a commit has a record");
    std::unique_lock lock(mutex_);
    Generation& generation = *filling_;
    if (generation.empty()) {
        generation.first = commit->records.front().sequence;
    }
    generation.commits.push_back(commit);
    ModelView view(*store_, generation, frozen_.get());
    for (const domain::Record& record : commit->records) {
        view.take(record);
    }
    generation.totals.position.chain_hash = commit->chain_hash;
    unwritten_records_.fetch_add(commit->records.size());
    if (generation.sides.size() < options_.generation_records_max) {
        return;
    }
    if (!thread_.joinable()) {
        freeze_and_write(lock);
    } else {
        wanted_.notify_one();
        if (holds_back_) {
            written_.wait(lock, [this] {
                return out_of_room_ || filling_->sides.size() < options_.generation_records_max;
            });
        }
    }
}

std::vector<KeyRow> LmdbReadModel::kept_keys() const {
    const std::lock_guard lock(mutex_);
    std::vector<KeyRow> keys;
    ModelReader reader(*store_);
    reader.each_key([&](KeyRow&& row) { keys.push_back(std::move(row)); });
    // What could not be written for lack of room must be recognised all the same.
    const domain::Sequence stored = keys.empty() ? 0 : keys.back().sequence;
    for (const Generation* generation :
         {frozen_.get(), const_cast<const Generation*>(filling_.get())}) {
        if (generation != nullptr) {
            std::ranges::copy_if(generation->keys, std::back_inserter(keys),
                                 [stored](const KeyRow& row) { return row.sequence > stored; });
        }
    }
    const std::int64_t oldest_ms = filling_->totals.elapsed_ms - options_.idempotency_keep_ms;
    std::erase_if(keys, [oldest_ms](const KeyRow& row) { return row.elapsed_ms <= oldest_ms; });
    return keys;
}

std::optional<Failure> LmdbReadModel::load(domain::Books& books) {
    ModelReader reader(*store_);
    const ModelTotals& totals = filling_->totals;
    books.accounts.reserve(totals.account_count);
    std::vector<domain::UserId> user_ids(totals.account_count + 1); // by number
    reader.each_account([&](AccountNumber number, AccountRow&& row) {
        user_ids[std::min(number, totals.account_count)] = row.account.profile.user_id;
        auto user_id = row.account.profile.user_id;
        books.accounts.emplace(std::move(user_id), std::move(row.account));
    });
    reader.each_packet([&](domain::PacketId packet_id, PacketRow&& row) {
        const auto sent_record = reader.record(row.sent_sequence);
        const auto* sent =
            sent_record ? std::get_if<domain::PacketSent>(&sent_record->event) : nullptr;
        if (sent == nullptr) {
            return;
        }
        auto packet = domain::sent_packet(*sent, row.sent_sequence, sent_record->at);
        reader.each_claim(packet_id, [&](ClaimRow&& claim) {
            const auto& user_id = user_ids[std::min(claim.account, totals.account_count)];
            domain::apply(packet, domain::ShareOpened{packet_id, user_id, claim.amount_fen},
                          claim.opened_at);
        });
        if (row.closed_sequence != 0) {
            const auto closed = reader.record(row.closed_sequence);
            domain::apply(packet, closing(*sent, row, packet.remaining_fen),
                          closed ? closed->at : 0);
        }
        books.packets.emplace(packet_id, std::move(packet));
    });
    books.deposited_fen = totals.deposited_fen;
    books.withdrawn_fen = totals.withdrawn_fen;
    books.last_sequence = totals.position.last_sequence;
    books.largest_packet_id = reader.largest_packet_id();
    const auto held = domain::money_held(books);
    if (!reader.damage().empty()) {
        return Failure{reader.damage()};
    }
    if (books.accounts.size() != totals.account_count ||
        books.deposited_fen - books.withdrawn_fen != held.accounts_fen + held.escrow_fen) {
        return Failure{"the read model does not add up"};
    }
    return std::nullopt;
}

} // namespace hongbao::persistence
