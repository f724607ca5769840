// Role: the tables of an LMDB environment as they are on disk, as digests, for tests that pin
// them. Uses LMDB alone, and no code that knows what the tables mean.
#pragma once

#include "persistence/lmdb/handles.hpp"
#include "tests/rig/plain_sha256.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace hongbao::testing {

inline std::string hex_of(std::span<const std::byte> bytes) {
    constexpr const char* digits = "0123456789abcdef";
    std::string text;
    for (const std::byte byte : bytes) {
        text += digits[static_cast<unsigned>(byte) >> 4U];
        text += digits[static_cast<unsigned>(byte) & 15U];
    }
    return text;
}
inline std::string hex_of(std::span<const std::uint8_t> bytes) {
    return hex_of(std::as_bytes(bytes));
}

/// SHA-256 over byte strings, each behind its length, so that they cannot run into each other.
class DigestOfStrings {
  public:
    void add(std::span<const std::byte> bytes) {
        const std::uint64_t length = bytes.size();
        add_raw(std::as_bytes(std::span(&length, 1)));
        add_raw(bytes);
    }
    std::string hex() const { return bytes_.empty() ? "-" : hex_of(plain_sha256(bytes_)); }

  private:
    void add_raw(std::span<const std::byte> bytes) {
        for (const std::byte byte : bytes) {
            bytes_.push_back(static_cast<std::uint8_t>(byte));
        }
    }
    std::vector<std::uint8_t> bytes_;
};

struct StoredTable {
    std::string name;
    bool has_number_keys = false; // the machine's integers, in their order
    std::uint64_t rows = 0;
    std::string digest; // of keys and values, in LMDB's order; "-" if there are none
};

/// Every named table, by name. Only while nobody in this process has the environment open.
inline std::vector<StoredTable> stored_tables(const std::filesystem::path& folder) {
    const auto check = [](int error) {
        if (error != 0) {
            std::fprintf(stderr, "stored tables: %s\n", mdb_strerror(error));
            std::abort();
        }
    };
    constexpr MDB_dbi tables_max = 100;
    MDB_env* made = nullptr;
    check(mdb_env_create(&made));
    const persistence::EnvironmentHandle environment(made);
    check(mdb_env_set_maxdbs(made, tables_max));
    check(mdb_env_open(made, folder.c_str(), MDB_RDONLY, 0));
    const persistence::LmdbTransaction transaction(made, MDB_RDONLY);
    check(transaction.error());
    const auto each_row = [&](MDB_dbi table, const auto& visit) {
        persistence::LmdbCursor cursor(transaction.get(), table);
        MDB_val key{};
        MDB_val value{};
        int error = 0;
        while ((error = cursor.get(key, value, MDB_NEXT)) == 0) {
            visit(persistence::to_span(key), persistence::to_span(value));
        }
        check(error == MDB_NOTFOUND ? 0 : error);
    };
    MDB_dbi of_names = 0;
    check(mdb_dbi_open(transaction.get(), nullptr, 0, &of_names));
    std::vector<StoredTable> tables;
    each_row(of_names, [&](auto key, auto) {
        tables.emplace_back().name.assign(reinterpret_cast<const char*>(key.data()), key.size());
    });
    for (StoredTable& table : tables) {
        MDB_dbi dbi = 0;
        unsigned flags = 0;
        check(mdb_dbi_open(transaction.get(), table.name.c_str(), 0, &dbi));
        check(mdb_dbi_flags(transaction.get(), dbi, &flags));
        table.has_number_keys = (flags & MDB_INTEGERKEY) != 0;
        DigestOfStrings digest;
        each_row(dbi, [&](auto key, auto value) {
            digest.add(key);
            digest.add(value);
            ++table.rows;
        });
        table.digest = digest.hex();
    }
    return tables;
}

} // namespace hongbao::testing
