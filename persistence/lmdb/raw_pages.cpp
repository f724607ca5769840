// Role: a few numbers at known offsets. LMDB 0.9 on 64 bits, little-endian.
#include "persistence/lmdb/raw_pages.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstring>

namespace hongbao::persistence {

namespace {

// After the header a meta page has: magic (4), version (4), address (8), map size (8), the tables
// of free pages and of tables (48 each; the first 4 bytes are the page's size), last page (8),
// transaction (8).
constexpr std::size_t page_size_offset = RawPages::header_bytes + 24;
constexpr std::size_t tables_offset = RawPages::header_bytes + 24 + 48;
constexpr std::size_t transaction_offset = RawPages::header_bytes + 24 + 2 * 48 + 8;
constexpr std::uint32_t magic = 0xBEEFC0DE;
// A table: size (4), flags (2), depth (2), pages of three kinds (8 each), entries (8), root (8).
constexpr std::size_t root_offset = 40;
constexpr std::size_t table_bytes = 48;
constexpr std::uint64_t no_page = ~std::uint64_t{0};
// A page's header: its number (8), pad (2), flags (2), end of the node offsets (2), begin of nodes.
constexpr std::size_t flags_offset = 10;
constexpr std::size_t lower_offset = 12;
constexpr std::uint16_t is_branch = 1;
constexpr std::uint16_t is_leaf = 2;
// A node: size or page number in 3 × 2 bytes (a leaf's third is flags), the key's size (2), key.
constexpr std::size_t node_header_bytes = 8;
constexpr std::size_t page_bytes_min = 512;
constexpr std::size_t page_bytes_max = 65'536;
constexpr int depth_max = 32;

template <typename Number>
Number number_at(std::span<const std::byte> bytes, std::size_t offset) {
    Number number{};
    if (offset + sizeof number <= bytes.size()) {
        std::memcpy(&number, bytes.data() + offset, sizeof number);
    }
    return number;
}

RawPages::Page read(int descriptor, std::size_t bytes, std::uint64_t offset) {
    RawPages::Page page(bytes);
    const bool whole = descriptor >= 0 && bytes > 0 &&
                       ::pread(descriptor, page.data(), bytes, static_cast<off_t>(offset)) ==
                           static_cast<ssize_t>(bytes);
    return whole ? page : RawPages::Page();
}

bool is_meta(const RawPages::Page& page) {
    return number_at<std::uint32_t>(page, RawPages::header_bytes) == magic;
}

} // namespace

RawPages::RawPages(const std::filesystem::path& file)
    : descriptor_(::open(file.c_str(), O_RDONLY | O_CLOEXEC)) {
    const Page first = read(descriptor_, page_bytes_min, 0);
    const std::size_t size = is_meta(first) ? number_at<std::uint32_t>(first, page_size_offset) : 0;
    page_bytes_ = size >= page_bytes_min && size <= page_bytes_max ? size : 0;
    metas_ = {page(0), page(1)};
    if (is_meta(metas_[0]) && is_meta(metas_[1])) {
        const auto zero = number_at<std::uint64_t>(metas_[0], transaction_offset);
        const auto one = number_at<std::uint64_t>(metas_[1], transaction_offset);
        newer_ = one > zero ? 1 : 0;
        older_ = zero > one ? 1 : 0;
    }
}

RawPages::~RawPages() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

RawPages::Page RawPages::page(std::uint64_t number) const {
    constexpr std::uint64_t number_max = std::uint64_t{1} << 40U;
    return number < number_max ? read(descriptor_, page_bytes_, number * page_bytes_) : Page();
}

std::uint64_t RawPages::tables_page(std::size_t number) const {
    return number_at<std::uint64_t>(metas_.at(number), tables_offset + root_offset);
}

std::size_t RawPages::node_count(const Page& page) {
    const std::size_t lower = number_at<std::uint16_t>(page, lower_offset);
    return lower > header_bytes && lower <= page.size() ? (lower - header_bytes) / 2 : 0;
}

std::optional<RawPages::Node> RawPages::node(const Page& page, std::size_t index) {
    const std::size_t offset = number_at<std::uint16_t>(page, header_bytes + 2 * index);
    if (offset < header_bytes || offset + node_header_bytes > page.size()) {
        return std::nullopt;
    }
    const std::uint64_t low = number_at<std::uint16_t>(page, offset);
    const std::uint64_t middle = number_at<std::uint16_t>(page, offset + 2);
    const std::uint64_t high = number_at<std::uint16_t>(page, offset + 4);
    const std::size_t key_bytes = number_at<std::uint16_t>(page, offset + 6);
    const auto rest = std::span(page).subspan(offset + node_header_bytes);
    if (key_bytes > rest.size()) {
        return std::nullopt;
    }
    Node found{rest.first(key_bytes), {}, low | middle << 16U | high << 32U};
    const std::size_t data_bytes = low | middle << 16U;
    if (data_bytes <= rest.size() - key_bytes) {
        found.data = rest.subspan(key_bytes, data_bytes);
    }
    return found;
}

std::optional<RawPages::Node> RawPages::find(const Page& leaf, std::string_view key) {
    for (std::size_t i = 0; i < node_count(leaf); ++i) {
        const auto found = node(leaf, i);
        if (found && std::string_view(reinterpret_cast<const char*>(found->key.data()),
                                      found->key.size()) == key) {
            return found;
        }
    }
    return std::nullopt;
}

std::optional<std::uint64_t> RawPages::root_of(std::size_t meta, std::string_view table) const {
    const Page leaf = page(tables_page(meta)); // the few tables fit in one
    const auto found = find(leaf, table);
    if (!found || found->data.size() != table_bytes) {
        return std::nullopt;
    }
    const auto root = number_at<std::uint64_t>(found->data, root_offset);
    return root == no_page ? 0 : root;
}

std::optional<domain::Sequence> RawPages::last_commit(std::size_t number) const {
    const auto root = root_of(number, "commits");
    if (!root || *root == 0) {
        return root;
    }
    std::uint64_t next = *root;
    for (int depth = 0; depth < depth_max; ++depth) {
        const Page found = page(next);
        const std::size_t count = node_count(found);
        const auto last = count > 0 ? node(found, count - 1) : std::nullopt;
        const auto flags = number_at<std::uint16_t>(found, flags_offset);
        if (!last || (flags & (is_branch | is_leaf)) == 0) {
            return std::nullopt;
        }
        if ((flags & is_leaf) != 0) {
            return last->key.size() == sizeof(domain::Sequence)
                       ? std::optional(number_at<domain::Sequence>(last->key, 0))
                       : std::nullopt;
        }
        next = last->page;
    }
    return std::nullopt;
}

std::optional<domain::Sequence> RawPages::smallest_key_below(std::uint64_t number) const {
    for (int depth = 0; depth < depth_max; ++depth) {
        const Page found = page(number);
        const auto first = node_count(found) > 0 ? node(found, 0) : std::nullopt;
        if (!first) {
            return std::nullopt;
        }
        if ((number_at<std::uint16_t>(found, flags_offset) & is_leaf) != 0) {
            return number_at<domain::Sequence>(first->key, 0);
        }
        number = first->page;
    }
    return std::nullopt;
}

std::vector<domain::Sequence> RawPages::edges(std::size_t number, std::string_view table) const {
    std::vector<domain::Sequence> keys;
    std::uint64_t next = root_of(number, table).value_or(0);
    for (int depth = 0; depth < depth_max && next != 0; ++depth) {
        const Page found = page(next);
        const std::size_t count = node_count(found);
        const auto last = count > 0 ? node(found, count - 1) : std::nullopt;
        if (!last || (number_at<std::uint16_t>(found, flags_offset) & is_branch) == 0) {
            break;
        }
        if (const auto smallest = smallest_key_below(last->page)) {
            keys.push_back(*smallest);
        }
        next = last->page;
    }
    return keys;
}

std::optional<std::uint64_t> RawPages::epoch(std::size_t number) const {
    const auto root = root_of(number, "meta");
    const Page leaf = root && *root != 0 ? page(*root) : Page();
    const auto found = find(leaf, "epoch");
    return found && found->data.size() >= sizeof(std::uint64_t)
               ? std::optional(number_at<std::uint64_t>(found->data, 0))
               : std::nullopt;
}

} // namespace hongbao::persistence
