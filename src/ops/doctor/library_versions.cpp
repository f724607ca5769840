// Role: asks each library, and its header.
#include "ops/doctor/library_versions.hpp"

#include <lmdb.h>
#include <openssl/crypto.h>
#include <openssl/opensslv.h>
#include <sodium.h>
#include <xxhash.h>
#include <zstd.h>

#include <array>
#include <cstdio>

namespace hongbao::ops::doctor {

namespace {

using Numbers = std::array<int, 3>;

Numbers numbers_of(const std::string& version) {
    Numbers numbers{};
    std::sscanf(version.c_str(), "%d.%d.%d", &numbers[0], &numbers[1], &numbers[2]);
    return numbers;
}

std::string dotted(int major, int minor, int patch) {
    return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

/// Of a number such as 10504 for 1.5.4.
std::string of_number(unsigned number) {
    constexpr unsigned part = 100;
    return dotted(static_cast<int>(number / (part * part)), static_cast<int>(number / part % part),
                  static_cast<int>(number % part));
}

} // namespace

std::vector<Library> library_versions() {
    int major = 0;
    int minor = 0;
    int patch = 0;
    mdb_version(&major, &minor, &patch);
    return {{"LMDB", dotted(major, minor, patch),
             dotted(MDB_VERSION_MAJOR, MDB_VERSION_MINOR, MDB_VERSION_PATCH)},
            {"OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING), OPENSSL_VERSION_STR},
            {"libsodium", sodium_version_string(), SODIUM_VERSION_STRING},
            {"zstd", of_number(ZSTD_versionNumber()), of_number(ZSTD_VERSION_NUMBER)},
            {"xxHash", of_number(XXH_versionNumber()), of_number(XXH_VERSION_NUMBER)}};
}

bool fits(const Library& library) {
    const Numbers running = numbers_of(library.running);
    const Numbers built = numbers_of(library.built);
    return running[0] == built[0] && running[1] == built[1] && running[2] >= built[2];
}

} // namespace hongbao::ops::doctor
