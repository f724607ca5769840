// Role: queues by reference.
#include "actors/gateway_refs.hpp"

#include "domain/invariant.hpp"

namespace hongbao::actors {

const domain::TakeExternalPayment* external_payment_in(const Request& request) {
    const auto* asked = std::get_if<std::unique_ptr<SaleRequest>>(&request.body);
    return asked == nullptr ? nullptr
                            : std::get_if<domain::TakeExternalPayment>(&(*asked)->command);
}

domain::TakeExternalPayment* external_payment_in(Request& request) {
    return const_cast<domain::TakeExternalPayment*>(
        external_payment_in(const_cast<const Request&>(request)));
}

bool GatewayRefs::claim(Request&& request) {
    auto& queue = claims_[external_payment_in(request)->gateway_ref];
    queue.push_back(std::move(request));
    return queue.size() == 1;
}

Request GatewayRefs::take_first(const std::string& gateway_ref) {
    const auto found = claims_.find(gateway_ref);
    domain::invariant(found != claims_.end(), "a reference is looked up for somebody");
    return std::move(found->second.front());
}

bool GatewayRefs::end_first(const std::string& gateway_ref) {
    const auto found = claims_.find(gateway_ref);
    domain::invariant(found != claims_.end(), "a payment ends once");
    found->second.pop_front();
    if (!found->second.empty()) {
        return true;
    }
    claims_.erase(found);
    return false;
}

} // namespace hongbao::actors
