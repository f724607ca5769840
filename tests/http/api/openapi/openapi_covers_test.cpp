// Role: the API's description names exactly the built-in covers that the domain knows, where a
// validator reads them and where people do.
#include "tests/http/openapi_document.hpp"

#include "domain/packet/cover.hpp"

#include <regex>
#include <string>

using namespace hongbao;
using namespace hongbao::testing;

namespace {

Words matches_in(const std::string& text, const char* pattern) {
    const std::regex each(pattern);
    Words words;
    for (std::sregex_iterator at(text.begin(), text.end(), each), end; at != end; ++at) {
        words.insert((*at)[1].str());
    }
    return words;
}

TEST(OpenApi, NamesTheBuiltInCoversThatThereAre) {
    const Words known(domain::cover_occasions.begin(), domain::cover_occasions.end());
    const auto& cover = schema("NewPacket").at("properties").at("cover");
    const auto told = cover.at("description").get<std::string>();
    const std::string in_brackets = told.substr(0, told.find(')'));
    EXPECT_EQ(matches_in(in_brackets, "`([a-z-]+)`"), known);
    const auto pattern = cover.at("pattern").get<std::string>();
    const std::string before_addresses = pattern.substr(0, pattern.find("https?"));
    EXPECT_EQ(matches_in(before_addresses, "([a-z-]+)\\|"), known);
}

} // namespace
