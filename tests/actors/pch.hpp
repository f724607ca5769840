// Role: the headers that most tests of actors need, read once (precompiled; nobody includes this).
#pragma once

#include "tests/actors/engine_rig.hpp"
#include "tests/actors/sale_rig.hpp"
#include "tests/rig/seeded_random.hpp"

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>
