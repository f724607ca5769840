// Role: the API's description, OpenAPI 3.1, built into the binary. Its parts lie beside the routes
// that they describe, what all share in this folder; merge.py joins them.
#pragma once

#include "http/api/document.hpp"

namespace hongbao::http {

Document openapi_document();

} // namespace hongbao::http
