// Role: writes a generation's accounts: their rows, the numbers that lead to them, and the
// references of deposits; estimates the pages that this changes.
#include "persistence/read_model/store/page_estimate.hpp"
#include "persistence/read_model/store/writer.hpp"

namespace hongbao::persistence {

namespace {

/// Sizes of rows, the key and what LMDB adds included; where texts are not counted, the longest.
constexpr std::uint64_t number_bytes = 112;
constexpr std::uint64_t account_bytes = 400;         // without its texts
constexpr std::uint64_t account_texts_bytes = 1'400; // of name, picture and reason of a status
constexpr std::uint64_t deposit_ref_bytes = 64;
constexpr std::uint64_t line_mark_bytes = 160;

/// Leaves with accounts that are changed: numbers have no gaps, and lie in order.
std::uint64_t leaves_changed(const MDB_stat& stat, const Generation& generation) {
    if (stat.ms_leaf_pages == 0) {
        return 0;
    }
    const std::size_t rows_a_leaf = std::max<std::size_t>(1, stat.ms_entries / stat.ms_leaf_pages);
    std::vector<bool> is_changed(stat.ms_entries / rows_a_leaf + 1);
    std::uint64_t changed = 0;
    for (const auto& [number, row] : generation.accounts) {
        const std::size_t leaf = number / rows_a_leaf;
        if (leaf < is_changed.size() && !is_changed[leaf]) {
            is_changed[leaf] = true;
            ++changed;
        }
    }
    return changed;
}

} // namespace

void write_accounts(RowsWriter& writer, const Generation& generation) {
    for (const AccountNumber number : generation.new_accounts) {
        writer.put<Numbers>(generation.accounts.at(number).account.profile.user_id, {number});
    }
    for (const AccountNumber number : sorted_keys(generation.accounts)) {
        writer.put<Accounts>(number, generation.accounts.at(number));
    }
    for (const AccountNumber number : sorted_keys(generation.new_line_marks)) {
        const auto& marks = generation.new_line_marks.at(number);
        std::uint64_t mark_no =
            generation.accounts.at(number).line_count / lines_a_mark - marks.size();
        for (const LineMarkRow& mark : marks) {
            writer.put<LineMarks>({number, ++mark_no}, mark);
        }
    }
    for (const domain::Digest& digest : sorted_keys(generation.deposit_refs)) {
        writer.put<DepositRefs>(digest, generation.deposit_refs.at(digest));
    }
}

void count_account_pages(PageEstimate& pages, const Generation& generation) {
    RowCount accounts{leaves_changed(pages.stat<Accounts>(), generation), 0, 1, 0};
    for (const AccountNumber number : generation.new_accounts) {
        const auto& profile = generation.accounts.at(number).account.profile;
        accounts.added_bytes += account_bytes + profile.user_id.size() + profile.username.size() +
                                profile.avatar_url.size();
    }
    accounts.runs += generation.text_changes; // each may split a leaf
    accounts.added_bytes += generation.text_changes * account_texts_bytes;
    pages.add<Accounts>(accounts);
    pages.add<Numbers>(spread(generation.new_accounts.size(), number_bytes));
    RowCount line_marks{0, 0, generation.new_line_marks.size(), 0};
    for (const auto& [number, marks] : generation.new_line_marks) {
        line_marks.added += marks.size();
    }
    line_marks.added_bytes = line_marks.added * line_mark_bytes;
    pages.add<LineMarks>(line_marks);
    pages.add<DepositRefs>(spread(generation.deposit_refs.size(), deposit_ref_bytes));
}

} // namespace hongbao::persistence
