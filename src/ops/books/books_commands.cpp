// Role: the commands about the books: reconcile and export.
#include "ops/books/books_commands.hpp"

namespace hongbao::ops {

void add_books_commands(CLI::App& app, Commands& commands) {
    commands.push_back(reconcile_command(app));
    commands.push_back(export_command(app));
}

} // namespace hongbao::ops
