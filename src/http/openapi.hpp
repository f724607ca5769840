// Role: the API's description, OpenAPI 3.1, kept in parts in openapi/ and built into the binary.
#pragma once

#include <string_view>

namespace hongbao::http {

std::string_view openapi_document();

} // namespace hongbao::http
