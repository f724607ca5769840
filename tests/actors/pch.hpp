// Role: what most tests of actors include, read once (a precompiled header; nobody includes it).
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
