// Role: the API's description as tests read it: operations by method and path, schemas resolved.
#pragma once

#include "http/api/openapi/openapi.hpp"
#include "http/api/paths/all_routes.hpp"
#include "http/api/route.hpp"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace hongbao::testing {

using nlohmann::json;
using Words = std::set<std::string>;
using Operations = std::map<std::string, json>; // by "POST /v1/packets"

inline const json& document() {
    static const json parsed = json::parse(http::openapi_document().text);
    return parsed;
}

inline const json& resolved(const json& node) {
    if (!node.contains("$ref")) {
        return node;
    }
    const auto reference = node.at("$ref").get<std::string>();
    return resolved(document().at(json::json_pointer(reference.substr(1))));
}

inline const json& schema(const std::string& name) {
    return document().at("components").at("schemas").at(name);
}

/// What a response says of the Problem in it beyond what all have.
inline const json& narrowed(const json& problem) {
    return problem.at("schema").at("allOf").at(1).at("properties");
}

inline Operations described_operations() {
    static const Words methods{"get", "put", "post", "delete", "patch", "head", "options", "trace"};
    Operations operations;
    for (const auto& [path, item] : document().at("paths").items()) {
        for (const auto& [key, operation] : item.items()) {
            EXPECT_TRUE(methods.contains(key)) << path << ": " << key;
            std::string method = key;
            for (char& c : method) {
                c = static_cast<char>(c - 'a' + 'A');
            }
            operations[method + " " + path] = operation;
        }
    }
    return operations;
}

inline Words keys_of(const json& object) {
    Words keys;
    for (const auto& [key, value] : object.items()) {
        keys.insert(key);
    }
    return keys;
}

/// All routes of the server.
inline std::vector<http::Route> served_routes() {
    return http::all_routes();
}

/// Answered while the server starts, and while it drains, too.
inline bool is_for_every_state(const std::string& name) {
    return name == "GET /livez" || name == "GET /version" || name == "GET /openapi.json" ||
           name.starts_with("GET /problems") || name.starts_with("GET /docs");
}

inline bool is_list(const std::string& name) {
    constexpr std::array lists{"/entries",  "/sent",   "/received",  "/claims",     "/timeline",
                               "/fairness", "/orders", "/suspended", "/operations", "/days"};
    constexpr std::array of_things{"GET /v1/accounts", "GET /v1/packets", "GET /v1/campaigns",
                                   "GET /v1/sales"};
    return std::ranges::find(of_things, name) != of_things.end() ||
           (name.starts_with("GET ") &&
            std::ranges::any_of(lists, [&](auto end) { return name.ends_with(end); }));
}

/// A schema's own fields and those of the schemas it is made of.
inline void gather_fields(const json& node, Words& fields, Words& required) {
    if (node.contains("$ref")) {
        gather_fields(resolved(node), fields, required);
    }
    for (const json& part : node.value("allOf", json::array())) {
        gather_fields(part, fields, required);
    }
    fields.merge(keys_of(node.value("properties", json::object())));
    required.merge(node.value("required", json::array()).get<Words>());
}

inline void expect_fields(const json& value, const json& described, const std::string& where) {
    Words fields;
    Words required;
    gather_fields(described, fields, required);
    EXPECT_EQ(keys_of(value), fields) << where;
    EXPECT_EQ(required, fields) << where << ": an answer has all its fields";
}

} // namespace hongbao::testing
