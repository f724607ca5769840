// Role: what happens, for programs: synced records in journal order, after a sequence. Nobody is
// told of a record before it is on disk and everyone concerned knows of it. Followers have no
// queue: each asks for what comes after what it has, so a slow one asks late, and costs nobody else
// anything.
// Owner threads: take belongs to the journal's writer, ask and cancel to any; a thread of its own
// reads, since the journal and its archive may wait for a disk. Invariant: each question is
// answered once, by that thread.
#pragma once

#include "actors/feed/selection.hpp"
#include "actors/journal/journal_writer.hpp"
#include "actors/protocol/commit.hpp"
#include "persistence/journal/journal.hpp"
#include "persistence/read_model/read_model.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace hongbao::actors {

struct FeedQuestion {
    domain::Sequence after = 0;
    Selection selection;
    std::size_t records_max = 100;
    bool waits = false; // if there is nothing: until there is, or for keep_alive at most
};

struct FeedPage {
    std::vector<std::shared_ptr<const domain::Record>> records;
    domain::Sequence last_read = 0; // what comes after it has not been looked at
    bool is_end = false;            // there was nothing more
    std::string fault;              // a sentence: the journal could not be read
};

class EventFeed {
  public:
    using Answer = std::function<void(FeedPage&&)>;
    static constexpr std::chrono::seconds keep_alive{15};

    /// All outlive it.
    EventFeed(const persistence::Journal& journal, const persistence::ReadModel& model,
              JournalWriter& writer);
    ~EventFeed() { stop(); }
    EventFeed(const EventFeed&) = delete;
    EventFeed& operator=(const EventFeed&) = delete;

    /// The next commit. Kept for a while, so that those who are nearly up to date cost no look at
    /// the disk.
    void take(const CommitPtr& commit);

    /// Calls `answer` once, on the feed's thread. Returns a number by which it can be taken back.
    std::uint64_t ask(FeedQuestion&& question, Answer&& answer);
    /// If it was not answered, it is now.
    void cancel(std::uint64_t number);
    /// The last record that may be told of.
    domain::Sequence end() const;

    /// Answers everyone. Nobody may ask any more.
    void stop();

  private:
    using Clock = std::chrono::steady_clock;
    struct Asked {
        std::uint64_t number = 0;
        FeedQuestion question;
        Answer answer;
        Clock::time_point until{};
    };

    void run();
    void work(std::list<Asked>&& asked, bool is_last);
    std::list<Asked> take_due();
    void look_through_parked(std::list<Asked>& due);
    void take_back(const std::unordered_set<std::uint64_t>& cancelled, std::list<Asked>& due);
    FeedPage read(const FeedQuestion& question);
    std::vector<CommitPtr> recent_after(domain::Sequence after);
    domain::UserId owner_of(const domain::Event& event);

    const persistence::Journal& journal_;
    const persistence::ReadModel& model_;
    JournalWriter& writer_;

    std::mutex mutex_; // guards what follows, up to the thread's own
    std::condition_variable wanted_;
    std::deque<CommitPtr> recent_; // without a gap, the last one is the last taken
    std::size_t recent_bytes_ = 0; // about
    std::list<Asked> asked_;
    std::unordered_set<std::uint64_t> cancelled_;
    std::uint64_t numbers_ = 0;
    bool stopping_ = false;
    std::atomic<std::int64_t> used_at_s_{INT64_MIN / 2}; // when somebody asked last

    // Of the thread.
    std::list<Asked> parked_;   // nothing selected up to told_
    domain::Sequence told_ = 0; // those parked have been looked at up to here
    std::unordered_map<std::uint64_t, domain::UserId> owners_; // of entities; bounded
    std::thread thread_;
};

/// `{"id":"17","type":"…","at":"…","data":{…}}`
std::string event_json(const domain::Record& record);
/// The `data` alone.
std::string event_data_json(const domain::Record& record);

} // namespace hongbao::actors
