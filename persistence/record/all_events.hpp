// Role: every event's codec in one include, for the codec of records and their size bounds.
#pragma once

#include "persistence/record/account_events.hpp"
#include "persistence/record/administration_events.hpp"
#include "persistence/record/answer_events.hpp"
#include "persistence/record/campaign_events.hpp"
#include "persistence/record/order_events.hpp"
#include "persistence/record/packet_events.hpp"
#include "persistence/record/sale_events.hpp"
