// Role: journals for tests: opened, filled with a small story, and damaged behind LmdbJournal's
// back.
#pragma once

#include "persistence/journal/lmdb/lmdb_journal.hpp"
#include "persistence/lmdb/handles.hpp"
#include "tests/persistence/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace hongbao::testing {

/// 2026-11-21T05:53:14.123Z
inline constexpr domain::InstantMs story_begins = 1'795'240'394'123;

inline persistence::JournalId sample_id() {
    persistence::JournalId id{};
    for (std::size_t i = 0; i < id.size(); ++i) {
        id[i] = static_cast<std::uint8_t>(i);
    }
    return id;
}

inline domain::Digest sample_digest(std::uint8_t first) {
    domain::Digest digest{};
    for (std::size_t i = 0; i < digest.size(); ++i) {
        digest[i] = static_cast<std::uint8_t>(first + i);
    }
    return digest;
}

inline persistence::LmdbJournalOptions options_for(const std::filesystem::path& path) {
    persistence::LmdbJournalOptions options;
    options.path = path;
    options.map_bytes = 64U << 20U;
    options.new_id = sample_id();
    return options;
}

/// Opens, or ends the test program: for tests whose subject is something else.
inline std::unique_ptr<persistence::LmdbJournal>
open_journal(const persistence::LmdbJournalOptions& options) {
    auto opened = persistence::LmdbJournal::open(options);
    if (const auto* failure = std::get_if<persistence::Failure>(&opened)) {
        std::fprintf(stderr, "%s\n", failure->sentence.c_str());
        std::abort();
    }
    return std::move(std::get<std::unique_ptr<persistence::LmdbJournal>>(opened));
}

inline std::unique_ptr<persistence::LmdbJournal> open_journal(const std::filesystem::path& path) {
    return open_journal(options_for(path));
}

inline persistence::Epoch acquire(persistence::Journal& journal) {
    return std::get<persistence::Epoch>(journal.acquire(0));
}

/// Numbers events from `first`, a second apart.
inline std::vector<domain::Record> records_of(std::vector<domain::Event> events,
                                              domain::Sequence first = 1) {
    std::vector<domain::Record> records;
    for (domain::Event& event : events) {
        domain::Record& record = records.emplace_back();
        record.sequence = first + records.size() - 1;
        record.at = story_begins + static_cast<std::int64_t>(record.sequence - 1) * 1'000;
        record.event = std::move(event);
    }
    return records;
}

/// Every kind of event at least once: 14 records, each following from those before. In the end ann
/// holds 3,400 fen, bob 70, carol 1,200.
inline std::vector<domain::Record> story() {
    using namespace domain;
    PacketSent lucky{{77}, "ann",  PacketKind::lucky,        1'000, 3, "Good luck!", {}, {},
                     true, 20'000, story_begins + 86'400'000};
    PacketSent equal{{78},  "ann",  PacketKind::equal,        300,
                     3,     "",     {"bob", "carol", "dave"}, sample_digest(0x20),
                     false, 20'000, story_begins + 60'000};
    std::vector<Record> records = records_of({
        AccountOpened{"ann", "Ann 安", "https://example.org/a.png", AccountType::merchant},
        AccountOpened{"bob", "Bob", "", AccountType::personal},
        AccountOpened{"carol", "Carol", "", AccountType::personal},
        Deposited{"ann", 5'000, "cash"},
        lucky,
        ShareOpened{{77}, "bob", 300},
        ShareOpened{{77}, "ann", 200},
        equal,
        ShareOpened{{78}, "bob", 100},
        ShareOpened{{77}, "carol", 500},
        PacketClosed{{78}, "ann", 200, 8},
        Transferred{"ann", "carol", 700, "rent"},
        Withdrawn{"bob", 330, "to the bank"},
        AccountStatusChanged{"carol", AccountStatus::frozen, "asked for it"},
    });
    records[3].idempotency = IdempotencyTag{"deposit-1", sample_digest(0x10)};
    records[11].idempotency = IdempotencyTag{"transfer-1", sample_digest(0x30)};
    return records;
}

/// Appends the records in commits of these sizes, and what is left as one more.
inline void append_in_commits(persistence::Journal& journal,
                              const std::vector<domain::Record>& records,
                              const std::vector<std::size_t>& sizes = {}) {
    const persistence::Epoch epoch = acquire(journal);
    std::size_t done = 0;
    const auto commit = [&](std::size_t size) {
        const auto result = journal.append(0, epoch, records[done].sequence - 1,
                                           std::span(records).subspan(done, size));
        ASSERT_EQ(result.outcome, persistence::AppendOutcome::ok) << result.description;
        done += size;
    };
    for (const std::size_t size : sizes) {
        commit(size);
    }
    if (done < records.size()) {
        commit(records.size() - done);
    }
}

/// The story in commits of 4, 1, 5 and 4 records.
inline void write_story(const std::filesystem::path& path) {
    append_in_commits(*open_journal(path), story(), {4, 1, 5});
}

inline std::vector<domain::Record> read_all(const persistence::Journal& journal,
                                            domain::Sequence from = 1) {
    std::vector<domain::Record> records;
    const auto failure = journal.read(0, from, [&](const domain::Record& record) {
        records.push_back(record);
        return persistence::Visit::next;
    });
    EXPECT_FALSE(failure) << failure->sentence;
    return records;
}

/// A journal as LMDB sees it: for writing what LmdbJournal never would.
class RawJournal {
  public:
    explicit RawJournal(const std::filesystem::path& path) {
        MDB_env* environment = nullptr;
        check(mdb_env_create(&environment));
        environment_.reset(environment);
        check(mdb_env_set_maxdbs(environment, 18)); // as many as a read model may have
        check(mdb_env_open(environment, path.c_str(), 0, 0600));
    }

    using Bytes = std::vector<std::byte>;

    Bytes get(const char* table, std::span<const std::byte> key) {
        Bytes bytes;
        with(table, [&](MDB_txn* transaction, MDB_dbi dbi) {
            MDB_val key_val = persistence::to_val(key);
            MDB_val value{};
            check(mdb_get(transaction, dbi, &key_val, &value));
            const auto found = persistence::to_span(value);
            bytes.assign(found.begin(), found.end());
        });
        return bytes;
    }
    void put(const char* table, std::span<const std::byte> key, const Bytes& bytes) {
        with(table, [&](MDB_txn* transaction, MDB_dbi dbi) {
            MDB_val key_val = persistence::to_val(key);
            MDB_val value = persistence::to_val(std::span(bytes));
            check(mdb_put(transaction, dbi, &key_val, &value, 0));
        });
    }
    void remove(const char* table, std::span<const std::byte> key) {
        with(table, [&](MDB_txn* transaction, MDB_dbi dbi) {
            MDB_val key_val = persistence::to_val(key);
            check(mdb_del(transaction, dbi, &key_val, nullptr));
        });
    }

    /// All entries of a table, in the order of their keys.
    std::vector<std::pair<Bytes, Bytes>> entries(const char* table) {
        std::vector<std::pair<Bytes, Bytes>> found;
        with(table, [&](MDB_txn* transaction, MDB_dbi dbi) {
            persistence::LmdbCursor cursor(transaction, dbi);
            MDB_val key{};
            MDB_val value{};
            while (cursor.get(key, value, MDB_NEXT) == 0) {
                const auto bytes = [](std::span<const std::byte> raw) {
                    return Bytes(raw.begin(), raw.end());
                };
                found.emplace_back(bytes(persistence::to_span(key)),
                                   bytes(persistence::to_span(value)));
            }
        });
        return found;
    }

    /// Where in data.mdb the value of every entry lies, with its key right before it.
    struct Place {
        std::uint64_t sequence = 0;
        std::size_t key_offset = 0;
        std::size_t value_offset = 0;
        std::size_t value_bytes = 0;
    };
    std::vector<Place> places(const char* table) {
        std::vector<Place> found;
        with(table, [&](MDB_txn* transaction, MDB_dbi dbi) {
            const auto* map = mapped(transaction, dbi);
            persistence::LmdbCursor cursor(transaction, dbi);
            MDB_val key{};
            MDB_val value{};
            while (cursor.get(key, value, MDB_NEXT) == 0) {
                Place place;
                std::memcpy(&place.sequence, key.mv_data, sizeof place.sequence);
                place.key_offset = offset(map, key.mv_data);
                place.value_offset = offset(map, value.mv_data);
                place.value_bytes = value.mv_size;
                found.push_back(place);
            }
        });
        return found;
    }

  private:
    static void check(int error) {
        if (error != 0) {
            std::fprintf(stderr, "raw journal: %s\n", mdb_strerror(error));
            std::abort();
        }
    }
    static std::size_t offset(const std::byte* map, const void* where) {
        return static_cast<std::size_t>(static_cast<const std::byte*>(where) - map);
    }
    /// Where the file is mapped: pages know their own number, in their first 8 bytes.
    static const std::byte* mapped(MDB_txn* transaction, MDB_dbi dbi) {
        persistence::LmdbCursor cursor(transaction, dbi);
        MDB_val key{};
        MDB_val value{};
        check(cursor.get(key, value, MDB_FIRST));
        MDB_stat stat{};
        check(mdb_stat(transaction, dbi, &stat));
        const auto address = reinterpret_cast<std::uintptr_t>(key.mv_data);
        const auto* page =
            reinterpret_cast<const std::byte*>(address - address % std::uintptr_t{stat.ms_psize});
        std::uint64_t page_number = 0;
        std::memcpy(&page_number, page, sizeof page_number);
        return page - page_number * stat.ms_psize;
    }
    void with(const char* table, const std::function<void(MDB_txn*, MDB_dbi)>& act) {
        persistence::LmdbTransaction transaction(environment_.get(), 0);
        check(transaction.error());
        MDB_dbi dbi = 0;
        check(mdb_dbi_open(transaction.get(), table, 0, &dbi));
        act(transaction.get(), dbi);
        check(transaction.commit());
    }

    persistence::EnvironmentHandle environment_;
};

inline std::span<const std::byte> key_of(const std::uint64_t& sequence) {
    return std::as_bytes(std::span(&sequence, 1));
}
inline std::span<const std::byte> key_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

} // namespace hongbao::testing
