// Role: what most tests of persistence include, read once (a precompiled header; nobody includes
// it).
#pragma once

#include "tests/persistence/followed.hpp"
#include "tests/persistence/journals.hpp"
#include "tests/persistence/sale_story.hpp"
#include "tests/persistence/same_record.hpp"
#include "tests/rig/seeded_random.hpp"

#include "persistence/inspect/verify.hpp"
#include "persistence/journal/lmdb/lmdb_journal.hpp"

#include <fstream>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>
