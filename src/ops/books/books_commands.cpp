// Role: the commands about the books: reconcile and export.
#include "ops/books/books_commands.hpp"

#include "ops/books/time_window.hpp"

namespace hongbao::ops {

void add_window_and_output_flags(CLI::App& command, std::string& from, std::string& to,
                                 std::string& output) {
    command.add_option("--from", from, std::string("only from then on: ") + time_form)
        ->type_name("TIME");
    command.add_option("--to", to, "only up to then; of a day, to its end")->type_name("TIME");
    command
        .add_option("--output", output, "the file to write, whole or not at all, instead of stdout")
        ->type_name("FILE");
}

void add_books_commands(CLI::App& app, Commands& commands) {
    commands.push_back(reconcile_command(app));
    commands.push_back(export_command(app));
}

} // namespace hongbao::ops
