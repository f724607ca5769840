// Role: the API's description, OpenAPI 3.1, kept in parts in openapi/ and built into the binary.
#pragma once

#include "http/api/document.hpp"

namespace hongbao::http {

Document openapi_document();

} // namespace hongbao::http
