// Role: writes beside the file, and renames.
#include "ops/books/output.hpp"

#include "ops/cli/standard_streams.hpp"
#include "persistence/files/folder.hpp"
#include "persistence/files/sight.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

namespace hongbao::ops {

using persistence::Failure;
using persistence::machine_failure;

std::variant<std::unique_ptr<Output>, Failure> Output::open(const std::filesystem::path& path) {
    auto output = std::unique_ptr<Output>(new Output(path));
    if (path.empty()) {
        return output;
    }
    struct stat found {};
    if (::stat(path.c_str(), &found) == 0 && !S_ISREG(found.st_mode)) {
        return Failure{path.string() + " is not a file: leave --output out, and send stdout there"};
    }
    std::string name = path.string() + ".XXXXXX";
    const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor < 0) {
        return machine_failure(path, "cannot be written", errno);
    }
    output->beside_ = name;
    output->file_ = ::fdopen(descriptor, "w");
    if (output->file_ == nullptr) {
        const int error = errno;
        ::close(descriptor);
        return machine_failure(path, "cannot be written", error);
    }
    return output;
}

Output::~Output() {
    if (file_ != nullptr) {
        std::fclose(file_);
    }
    if (!beside_.empty()) {
        ::unlink(beside_.c_str());
    }
}

bool Output::write(std::string_view text) {
    if (path_.empty()) {
        return print_text(text);
    }
    if (error_ == 0 && std::fwrite(text.data(), 1, text.size(), file_) != text.size()) {
        error_ = errno;
    }
    return error_ == 0;
}

std::optional<Failure> Output::commit() {
    if (path_.empty()) {
        return std::nullopt;
    }
    if (error_ == 0 && (std::fflush(file_) != 0 || ::fsync(::fileno(file_)) != 0)) {
        error_ = errno;
    }
    if (std::fclose(std::exchange(file_, nullptr)) != 0 && error_ == 0) {
        error_ = errno;
    }
    if (error_ == 0 && ::rename(beside_.c_str(), path_.c_str()) != 0) {
        error_ = errno;
    }
    if (error_ != 0) {
        return machine_failure(path_, "could not be written, and is as it was", error_);
    }
    beside_.clear();
    const auto folder = path_.parent_path();
    return persistence::sync_folder(folder.empty() ? "." : folder);
}

} // namespace hongbao::ops
