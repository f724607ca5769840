// Role: looks at a file's mode before its content.
#include "persistence/files/secret_file.hpp"

#include "persistence/files/sight.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>

namespace hongbao::persistence {

namespace {

/// A descriptor that closes itself.
class OpenedFile {
  public:
    explicit OpenedFile(const std::filesystem::path& path)
        : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    ~OpenedFile() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
    }
    OpenedFile(const OpenedFile&) = delete;
    OpenedFile& operator=(const OpenedFile&) = delete;
    int descriptor() const { return descriptor_; }

  private:
    const int descriptor_;
};

Failure refused(std::string&& sentence) {
    Failure failure{std::move(sentence)};
    failure.is_of_machine = true;
    return failure;
}

std::optional<Failure> find_fault(const OpenedFile& file, const std::filesystem::path& path) {
    struct stat found {};
    if (file.descriptor() < 0 || ::fstat(file.descriptor(), &found) != 0) {
        return machine_failure(path, "cannot be read", errno);
    }
    if (!S_ISREG(found.st_mode)) {
        return refused(path.string() + " is not a file");
    }
    if ((found.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        std::array<char, 8> mode{};
        std::snprintf(mode.data(), mode.size(), "%04o", found.st_mode & 07777U);
        return refused(path.string() + " holds a secret, and its mode " + mode.data() +
                       " lets others at it: chmod 600 " + path.string());
    }
    return std::nullopt;
}

} // namespace

std::optional<Failure> find_fault_of_secret_file(const std::filesystem::path& path) {
    return find_fault(OpenedFile(path), path);
}

std::variant<std::string, Failure> read_secret_file(const std::filesystem::path& path,
                                                    std::size_t bytes_max) {
    const OpenedFile file(path);
    if (auto fault = find_fault(file, path)) {
        return std::move(*fault);
    }
    std::string text;
    std::array<char, 4'096> part{};
    for (;;) {
        const ssize_t count = ::read(file.descriptor(), part.data(), part.size());
        if (count < 0) {
            return machine_failure(path, "cannot be read", errno);
        }
        if (count == 0) {
            return text;
        }
        text.append(part.data(), static_cast<std::size_t>(count));
        if (text.size() > bytes_max) {
            return refused(path.string() + " has more than " + std::to_string(bytes_max) +
                           " bytes");
        }
    }
}

} // namespace hongbao::persistence
