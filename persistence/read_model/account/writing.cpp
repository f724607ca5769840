// Role: writes a generation's accounts: their rows, the numbers that lead to them, and the
// references of deposits.
#include "persistence/read_model/store/writer.hpp"

namespace hongbao::persistence {

void write_accounts(RowsWriter& writer, const Generation& generation) {
    for (const AccountNumber number : generation.new_accounts) {
        writer.put<Numbers>(generation.accounts.at(number).account.profile.user_id, {number});
    }
    for (const AccountNumber number : sorted_keys(generation.accounts)) {
        writer.put<Accounts>(number, generation.accounts.at(number));
    }
    for (const domain::Digest& digest : sorted_keys(generation.deposit_refs)) {
        writer.put<DepositRefs>(digest, generation.deposit_refs.at(digest));
    }
}

} // namespace hongbao::persistence
