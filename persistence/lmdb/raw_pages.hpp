// Role: LMDB's pages as they lie in the file, read without LMDB: what each of the two meta pages
// leads to. LMDB itself only ever looks at the newer one. Believes nothing: whatever the bytes say,
// it never reads outside of them. Owner thread: the caller's.
#pragma once

#include "persistence/failure.hpp"

#include <array>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace hongbao::persistence {

class RawPages {
  public:
    using Page = std::vector<std::byte>;

    explicit RawPages(const std::filesystem::path& file);
    ~RawPages();
    RawPages(const RawPages&) = delete;
    RawPages& operator=(const RawPages&) = delete;

    /// False if the file has not two meta pages of different transactions.
    bool has_two_states() const { return newer_ != older_; }
    std::size_t page_bytes() const { return page_bytes_; }
    /// 0 or 1.
    std::size_t newer() const { return newer_; }
    std::size_t older() const { return older_; }
    const Page& meta(std::size_t number) const { return metas_.at(number); }
    /// The page that names the tables, by meta page `number`.
    std::uint64_t tables_page(std::size_t number) const;

    /// By the state that meta page `number` leads to: the last key of `commits`, 0 if it is empty,
    /// and the epoch. Nothing if the way there is not whole.
    std::optional<domain::Sequence> last_commit(std::size_t number) const;
    std::optional<std::uint64_t> epoch(std::size_t number) const;

    /// On the way to the last key of a table with sequences for keys: the smallest key below each
    /// page but the first. An old branch page may lead to a leaf that is newer than itself; then
    /// keys between the two seem to be missing.
    std::vector<domain::Sequence> edges(std::size_t number, std::string_view table) const;

    /// Every page begins with this many bytes about itself.
    static constexpr std::size_t header_bytes = 16;

  private:
    struct Node {
        std::span<const std::byte> key;
        std::span<const std::byte> data; // of a leaf
        std::uint64_t page = 0;          // of a branch
    };
    Page page(std::uint64_t number) const;
    std::optional<domain::Sequence> smallest_key_below(std::uint64_t number) const;
    static std::size_t node_count(const Page& page);
    static std::optional<Node> node(const Page& page, std::size_t index);
    static std::optional<Node> find(const Page& leaf, std::string_view key);
    /// The first page of a table, by the tables of a meta page; 0: the table is empty.
    std::optional<std::uint64_t> root_of(std::size_t meta, std::string_view table) const;

    int descriptor_ = -1;
    std::size_t page_bytes_ = 0;
    std::array<Page, 2> metas_;
    std::size_t newer_ = 0;
    std::size_t older_ = 0;
};

} // namespace hongbao::persistence
