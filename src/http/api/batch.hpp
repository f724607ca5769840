// Role: a batch as one request. Without a key its items are asked and answered, and that is all.
// With one, the key is claimed first, then the items run, and their whole answer is kept under the
// key in a record of its own before anybody is told. After a crash in between the key is free
// again, and each item, asked again, finds out whether it was done: items may be repeated.
// Owner: pure, but for the waiting.
#pragma once

#include "http/api/ask.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace hongbao::http {

/// The most an item's answer takes, apart from what it repeats of the request.
inline constexpr std::size_t batch_item_bytes_most = 1'024;

struct BatchText {
    std::string body;         // the whole answer
    bool has_success = false; // some item was not refused; otherwise the key stays free
};

/// Keeps the answer to a keyed request that found its work done: nothing else would remember what
/// the key was used for. Without room to keep it, the answer is given all the same.
void keep_unrecorded(RouteContext& context, const Response& response);

/// `body_bytes_most`: how long the answer may become.
Result answer_batch(RouteContext& context, actors::Requests&& requests,
                    std::unique_ptr<actors::RequestKey>&& key, std::size_t body_bytes_most,
                    const std::function<BatchText(const std::vector<actors::Answer>&)>& render);

} // namespace hongbao::http
