// Role: watches the system calls by which LMDB writes its files: how many pages each transaction
// had to write; and kills the process once a commit is in the file.
#pragma once

#include <cstdint>

namespace hongbao::testing {

/// This process is killed by its next commit, right after the write of the meta page.
void die_once_committed();

/// Of the transactions committed since the last call, the one with the most; pages of 4 KiB.
std::uint64_t pages_of_the_largest_transaction();

} // namespace hongbao::testing
