// Role: the page that shows the API's description to people, and the viewer that it runs, built
// into the binary. The viewer is a packaged program of others, see viewer/; embed.py makes the
// source.
#pragma once

#include "http/api/document.hpp"

namespace hongbao::http {

Document docs_page();
Document docs_viewer();

} // namespace hongbao::http
