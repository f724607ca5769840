// Role: the feed's thread: looks at what has come since, reads pages, answers.
#include "actors/feed/event_feed.hpp"

#include "domain/event_type.hpp"
#include "domain/values/rfc3339.hpp"
#include "persistence/inspect/dump.hpp"
#include "persistence/read_model/campaign/summary.hpp"
#include "persistence/read_model/packet/sleeping.hpp"
#include "persistence/read_model/sale/summary.hpp"

#include <algorithm>
#include <pthread.h>
#include <utility>

namespace hongbao::actors {

namespace {

/// Records looked at for one page: then others have their turn.
constexpr std::size_t scan_max = 4'096;
/// Commits kept in memory, as long as somebody has asked lately.
constexpr std::size_t recent_bytes_max = std::size_t{16} << 20U;
constexpr std::int64_t used_for_s = 60;
constexpr std::size_t record_bytes = 320; // about
constexpr std::size_t owners_max = 10'000;
/// How often those who wait are looked at. A peak is told in bunches.
constexpr std::chrono::milliseconds pace{50};

std::int64_t steady_s() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

std::size_t bytes_of(const CommitPtr& commit) {
    std::size_t bytes = commit->records.size() * record_bytes;
    for (const domain::Record& record : commit->records) {
        if (const auto* kept = std::get_if<domain::AnswerKept>(&record.event)) {
            bytes += kept->body.size();
        }
    }
    return bytes;
}

} // namespace

EventFeed::EventFeed(const persistence::Journal& journal, const persistence::ReadModel& model,
                     JournalWriter& writer)
    : journal_(journal), model_(model), writer_(writer), thread_([this] { run(); }) {
    pthread_setname_np(thread_.native_handle(), "feed");
}

void EventFeed::take(const CommitPtr& commit) {
    const bool is_used = steady_s() - used_at_s_.load(std::memory_order_relaxed) < used_for_s;
    const std::lock_guard lock(mutex_);
    if (!is_used) {
        recent_.clear(); // the peak pays nothing if nobody follows
        recent_bytes_ = 0;
        return;
    }
    recent_.push_back(commit);
    recent_bytes_ += bytes_of(commit);
    while (recent_bytes_ > recent_bytes_max && recent_.size() > 1) {
        recent_bytes_ -= bytes_of(recent_.front());
        recent_.pop_front();
    }
}

std::uint64_t EventFeed::ask(FeedQuestion&& question, Answer&& answer) {
    used_at_s_.store(steady_s(), std::memory_order_relaxed);
    std::uint64_t number = 0;
    {
        const std::lock_guard lock(mutex_);
        number = ++numbers_;
        asked_.push_back(
            {number, std::move(question), std::move(answer), Clock::now() + keep_alive});
    }
    wanted_.notify_one();
    return number;
}

void EventFeed::cancel(std::uint64_t number) {
    {
        const std::lock_guard lock(mutex_);
        cancelled_.insert(number);
    }
    wanted_.notify_one();
}

domain::Sequence EventFeed::end() const {
    return std::min(writer_.told_sequence(), model_.reached());
}

void EventFeed::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wanted_.notify_one();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void EventFeed::run() {
    while (true) {
        bool is_last = false;
        {
            std::unique_lock lock(mutex_);
            const auto has_work = [this] {
                return stopping_ || !asked_.empty() || !cancelled_.empty();
            };
            if (parked_.empty()) {
                wanted_.wait(lock, has_work);
            } else {
                wanted_.wait_for(lock, pace, has_work);
            }
            is_last = stopping_;
        }
        work(take_due(), is_last);
        if (is_last) {
            work(std::exchange(parked_, {}), true);
            return;
        }
    }
}

/// Those that are new, that were taken back, that have waited long enough, and those for whom there
/// may be something.
std::list<EventFeed::Asked> EventFeed::take_due() {
    std::list<Asked> due;
    std::unordered_set<std::uint64_t> cancelled;
    {
        // Both at once: what is taken back was asked before, and so is here or parked.
        const std::lock_guard lock(mutex_);
        due.swap(asked_);
        cancelled.swap(cancelled_);
    }
    look_through_parked(due);
    take_back(cancelled, due);
    return due;
}

/// One look at what has come, whoever waits for it.
void EventFeed::look_through_parked(std::list<Asked>& due) {
    const domain::Sequence last = end();
    const auto now = Clock::now();
    std::unordered_set<std::string_view> accounts;
    std::unordered_set<std::uint64_t> entities;
    const auto commits = recent_after(told_);
    const bool sees_all =
        last <= told_ || (!commits.empty() && commits.back()->records.back().sequence >= last);
    for (const CommitPtr& commit : commits) {
        for (const domain::Record& record : commit->records) {
            for_each_named_account(record.event,
                                   [&](std::string_view user_id) { accounts.insert(user_id); });
            entities.insert(entity_of(record.event));
        }
    }
    for (auto one = parked_.begin(); one != parked_.end();) {
        const auto next = std::next(one);
        FeedQuestion& question = one->question;
        const Selection& wanted = question.selection;
        const bool may_be_selected =
            last > told_ &&
            (!sees_all || ((!wanted.account || accounts.contains(*wanted.account)) &&
                           (wanted.entity == 0 || entities.contains(wanted.entity))));
        if (may_be_selected || now >= one->until) {
            question.waits = question.waits && now < one->until;
            due.splice(due.end(), parked_, one);
        } else {
            question.after = std::max(question.after, last);
        }
        one = next;
    }
    told_ = std::max(told_, last);
}

void EventFeed::take_back(const std::unordered_set<std::uint64_t>& cancelled,
                          std::list<Asked>& due) {
    if (cancelled.empty()) {
        return;
    }
    for (auto one = parked_.begin(); one != parked_.end();) {
        const auto next = std::next(one);
        if (cancelled.contains(one->number)) {
            due.splice(due.end(), parked_, one);
        }
        one = next;
    }
    for (Asked& one : due) {
        one.question.waits = one.question.waits && !cancelled.contains(one.number);
    }
}

void EventFeed::work(std::list<Asked>&& asked, bool is_last) {
    for (auto one = asked.begin(); one != asked.end();) {
        const auto next = std::next(one);
        if (is_last) {
            FeedPage page;
            page.last_read = one->question.after;
            page.is_end = true;
            one->answer(std::move(page));
        } else {
            FeedPage page = read(one->question);
            if (page.records.empty() && page.is_end && one->question.waits && page.fault.empty()) {
                // Looked at up to there; what came meanwhile may be behind what all have been
                // looked at.
                one->question.after = page.last_read;
                told_ = std::min(told_, page.last_read);
                parked_.splice(parked_.end(), asked, one);
            } else {
                one->answer(std::move(page));
            }
        }
        one = next;
    }
}

/// Without a gap, and with those before `after` that share its commit; empty if the first is no
/// longer there.
std::vector<CommitPtr> EventFeed::recent_after(domain::Sequence after) {
    const std::lock_guard lock(mutex_);
    if (recent_.empty() || recent_.front()->records.front().sequence > after + 1) {
        return {};
    }
    const auto first = std::ranges::partition_point(recent_, [after](const CommitPtr& commit) {
        return commit->records.back().sequence <= after;
    });
    std::vector<CommitPtr> found;
    std::size_t records = 0;
    for (auto one = first; one != recent_.end() && records < scan_max; ++one) {
        records += (*one)->records.size();
        found.push_back(*one);
    }
    return found;
}

FeedPage EventFeed::read(const FeedQuestion& question) {
    FeedPage page;
    page.last_read = question.after;
    const domain::Sequence last = end();
    if (question.after >= last) {
        page.is_end = true;
        return page;
    }
    std::size_t scanned = 0;
    const auto is_full = [&] {
        return scanned >= scan_max || page.records.size() >= question.records_max;
    };
    const auto owner = [this](const domain::Event& event) { return owner_of(event); };
    const auto commits = recent_after(question.after);
    if (!commits.empty()) {
        for (const CommitPtr& commit : commits) {
            for (const domain::Record& record : commit->records) {
                if (record.sequence <= question.after || record.sequence > last || is_full()) {
                    continue;
                }
                ++scanned;
                page.last_read = record.sequence;
                if (selects(question.selection, record, owner)) {
                    page.records.push_back({commit, &record});
                }
            }
        }
    } else {
        const auto failure =
            journal_.read(0, question.after + 1, [&](const domain::Record& record) {
                if (record.sequence > last || is_full()) {
                    return persistence::Visit::stop;
                }
                ++scanned;
                page.last_read = record.sequence;
                if (selects(question.selection, record, owner)) {
                    page.records.push_back(std::make_shared<const domain::Record>(record));
                }
                return persistence::Visit::next;
            });
        if (failure) {
            page.fault = failure->sentence;
        }
    }
    page.is_end = page.last_read >= last;
    return page;
}

domain::UserId EventFeed::owner_of(const domain::Event& event) {
    const std::uint64_t entity = entity_of(event);
    if (entity == 0) {
        return {};
    }
    if (const auto found = owners_.find(entity); found != owners_.end()) {
        return found->second;
    }
    domain::UserId owner = std::visit(
        [&]<typename Fact>(const Fact& fact) -> domain::UserId {
            if constexpr (requires { fact.packet_id; }) {
                const auto packet = model_.packet(fact.packet_id);
                return packet ? packet->packet.terms.sender : domain::UserId();
            } else if constexpr (requires { fact.sale_id; }) {
                const auto sale = model_.sale_summary(fact.sale_id);
                return sale ? sale->terms.merchant : domain::UserId();
            } else if constexpr (requires { fact.campaign_id; }) {
                const auto campaign = model_.campaign_summary(fact.campaign_id);
                return campaign ? campaign->terms.merchant : domain::UserId();
            } else {
                return {};
            }
        },
        event);
    if (owners_.size() >= owners_max) {
        owners_.clear();
    }
    owners_.emplace(entity, owner);
    return owner;
}

std::string event_data_json(const domain::Record& record) {
    return persistence::to_json_data(record);
}

std::string event_json(const domain::Record& record) {
    std::string text = R"({"id":")" + std::to_string(record.sequence) + R"(","type":")";
    text.append(domain::type_word_of(record.event))
        .append(R"(","at":")")
        .append(domain::to_rfc3339(record.at))
        .append(R"(","data":)")
        .append(persistence::to_json_data(record))
        .append("}");
    return text;
}

} // namespace hongbao::actors
