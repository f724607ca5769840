// Role: the codecs of all events.
#pragma once

#include "persistence/record/account_events.hpp"
#include "persistence/record/answer_events.hpp"
#include "persistence/record/campaign_events.hpp"
#include "persistence/record/order_events.hpp"
#include "persistence/record/packet_events.hpp"
#include "persistence/record/sale_events.hpp"
