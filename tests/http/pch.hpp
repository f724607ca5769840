// Role: what most tests of HTTP include, read once (a precompiled header; nobody includes it).
#pragma once

#include "tests/http/transport_fixture.hpp"

#include <httplib.h>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>
