// Role: accounts, their numbers and the references of their deposits, folded from the journal, and
// their rows held against that. Owner thread: the caller's.
#pragma once

#include "persistence/read_model/rows/tables.hpp"

#include <array>
#include <unordered_map>
#include <vector>

namespace hongbao::persistence {

class ModelComparison;

/// What the rows of an account should say. Small, since there may be millions.
struct FoldedAccount {
    const domain::UserId* user_id = nullptr;
    domain::AccountType type = domain::AccountType::personal;
    domain::InstantMs created_at = 0;
    std::uint64_t shown_hash = 0; // of username and avatar_url
    domain::AccountStanding standing;
    std::uint64_t line_count = 0;
    domain::Sequence last_line = 0;
    std::array<domain::Sequence, entry_types> last_line_of_type{};
    domain::Sequence as_of = 0;
};

class FoldedAccounts {
  public:
    /// All but its lines.
    void take(const domain::Record& record, ModelTotals& totals);

    /// Of a user who has an account; 0 for others.
    AccountNumber number_of(std::string_view user_id) const;
    /// Of one who has one.
    FoldedAccount& account_of(std::string_view user_id) {
        return accounts_.at(number_of(user_id) - 1);
    }

    // As of a kind (kinds.hpp).
    void check_made(const domain::Record& record, ModelComparison& comparison) const;
    void check_all(ModelComparison& comparison) const;
    bool has_place(const ListedKey& key, ModelComparison& comparison) const;
    void check_counts(ModelComparison& comparison) const;

  private:
    ListedKey place_of(AccountNumber number) const;
    void check_marks(const domain::Record& record, ModelComparison& comparison) const;
    void open_account(const domain::AccountOpened& opened, const domain::Record& record);

    std::unordered_map<domain::UserId, AccountNumber, domain::TransparentStringHash,
                       std::equal_to<>>
        numbers_;
    std::vector<FoldedAccount> accounts_; // by number, from 1
    /// The first deposit of each reference.
    std::unordered_map<domain::Digest, DepositRefRow, domain::DigestHash> deposit_refs_;
};

} // namespace hongbao::persistence
