// Role: checks again until nobody has committed meanwhile.
#include "persistence/journal/end/end_at_rest.hpp"

#include "persistence/lmdb/raw_pages.hpp"

#include <array>

namespace hongbao::persistence {

namespace {

constexpr int looks_max = 50;

/// Every commit writes one of them last. While both are unchanged, so are all pages of the newest
/// state and of the one before it: LMDB uses those again only after the next commit.
std::array<RawPages::Page, 2> metas_of(const std::filesystem::path& journal_path) {
    const RawPages pages(journal_path / "data.mdb");
    return {pages.meta(0), pages.meta(1)};
}

} // namespace

EndCheck check_end_at_rest(const std::filesystem::path& journal_path) {
    for (int looks = 0; looks < looks_max; ++looks) {
        const auto before = metas_of(journal_path);
        EndCheck check = check_journal_end(journal_path);
        if (!check.failure || metas_of(journal_path) == before) {
            return check;
        }
    }
    return {};
}

} // namespace hongbao::persistence
