// Role: what most tests of the domain include, read once (a precompiled header; nobody includes
// it).
#pragma once

#include "tests/rig/domain_samples.hpp"
#include "tests/rig/domain_words.hpp"
#include "tests/rig/sale_stall.hpp"
#include "tests/rig/seeded_random.hpp"

#include "domain/books/books.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>
