// Role: reads a key from where nobody else sees it.
#include "ops/client/shown_key.hpp"

#include "persistence/files/secret_file.hpp"

#include <algorithm>
#include <cstdlib>

namespace hongbao::ops {

namespace {

constexpr std::size_t key_bytes_max = 8'192;

std::string without_line_end(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
        text.pop_back();
    }
    return text;
}

} // namespace

void add_key_file(CLI::App& command, std::string& key_file) {
    command
        .add_option("--key-file", key_file,
                    "a file with the key or token to show that server, which nobody else may read; "
                    "env HONGBAO_KEY can have one, too")
        ->type_name("FILE");
}

std::variant<std::string, NoKey> key_to_show(const std::string& key_file) {
    std::string place = key_variable;
    std::string key;
    if (!key_file.empty()) {
        auto read = persistence::read_secret_file(key_file, key_bytes_max);
        if (const auto* failure = std::get_if<persistence::Failure>(&read)) {
            return NoKey{failure->sentence};
        }
        place = key_file;
        key = without_line_end(std::move(std::get<std::string>(read)));
    } else if (const char* const variable = std::getenv(key_variable)) {
        key = variable;
    }
    if (!std::ranges::all_of(key, [](char c) { return c > ' ' && c <= '~'; })) {
        return NoKey{place + " does not hold a key or a token: one line of visible characters"};
    }
    return key;
}

} // namespace hongbao::ops
