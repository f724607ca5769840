// Role: making and freeing what the loop's connections share; here httplib is known.
#include "http/transport/loop_context.hpp"

#include "http/transport/httplib_bridge.hpp"

namespace hongbao::http {

LoopContext::LoopContext(EventLoop& owner, const TransportLimits& bounds, Handler handler,
                         BodyBytesMax body_limit, RenderRefusal refuse, ClientOf whose)
    : loop(owner), limits(bounds), body_bytes_max(std::move(body_limit)),
      render_refusal(std::move(refuse)), client_of(std::move(whose)),
      bridge(std::make_unique<HttplibBridge>(std::move(handler))),
      coroutines(bounds.coroutine_stack_bytes, bounds.coroutines_kept_max),
      buffers(bounds.buffered_bytes_max, kernel_bytes(bounds)) {}

LoopContext::~LoopContext() = default;

} // namespace hongbao::http
