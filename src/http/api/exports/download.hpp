// Role: an answer of any length, made page by page while the client takes it: what is not taken is
// not made. In HTTP/1.1 it comes in chunks, so a client can tell an end from a break.
// Owner: the exchange's coroutine.
#pragma once

#include "http/api/exports/export_format.hpp"
#include "http/api/route.hpp"

#include <functional>
#include <optional>
#include <string>

namespace hongbao::http {

/// A part of the text, and whether it is the last.
struct Piece {
    std::string text;
    bool is_last = false;
};
/// The next one; nothing: it cannot be had, and the answer breaks off.
using NextPiece = std::function<std::optional<Piece>(Exchange&)>;

/// Begins with `first`. `filename` is a literal.
Result answer_with_download(RouteContext& context, ExportFormat format, const char* filename,
                            Piece&& first, NextPiece next);

} // namespace hongbao::http
