// Role: the principal's name and the request's id, as the journal keeps them.
#include "http/api/administration/operation.hpp"

#include "http/transport/exchange.hpp"

namespace hongbao::http {

std::shared_ptr<const domain::Operation> operation_of(const RouteContext& context,
                                                      std::string reason) {
    return std::make_shared<const domain::Operation>(domain::Operation{
        context.principal.name, std::string(context.exchange.request_id()), std::move(reason)});
}

std::shared_ptr<const domain::Operation> operation_of_command(const RouteContext& context,
                                                              std::string reason) {
    switch (context.action) {
    case Action::withdraw:
    case Action::change_status:
    case Action::decide_suspended: return operation_of(context, std::move(reason));
    default: return nullptr;
    }
}

} // namespace hongbao::http
