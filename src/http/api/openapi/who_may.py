"""Says of each operation who may, in the API's description: by the action that it names, and the document's table
of actions.

An operation's security, its 401, the codes of denials in its 403 and the last sentence of its description follow
from that table, which a test holds against the one in src/domain/access. What an action is granted:

any    to whomever it is done
own    to the principal itself: it may leave out its name, and is refused as `not_yours` if it names another
found  to what belongs to the principal; what does not is answered as what does not exist
seen   the same, but what the principal may look at and not change is refused as `not_yours`
"""

ACTION, ACTIONS = "x-hongbao-action", "x-hongbao-actions"
SCOPES = ("user", "merchant", "gateway", "service", "reader", "operator")
OWN = {"own": "for themselves", "found": "for what is their own", "seen": "for what is their own"}
PLURALS = {"user": "users", "merchant": "merchants"}
METHODS = ("get", "put", "post", "delete", "patch")

DENIALS = {"not_allowed": "the scope of the key or token does not include this, or it is for another packet, campaign or sale",
           "not_yours": "a user or merchant names another"}
PROBLEM = "application/problem+json"


def operations_of(whole):
    for path, item in whole["paths"].items():
        for method in METHODS:
            if method in item:
                yield f"{method.upper()} {path}", item[method]


def joined(words):
    return " and ".join((", ".join(words[:-1]), words[-1]) if len(words) > 1 else words)


def sentence(grants):
    """Who may, in words: users and merchants for themselves; the scopes service and operator."""
    parts = []
    for words in dict.fromkeys(OWN.values()):
        named = [PLURALS[scope] for scope in SCOPES if OWN.get(grants.get(scope)) == words]
        if named:
            parts.append(f"{joined(named)} {words}")
    scopes = [f"`{scope}`" for scope in SCOPES if grants.get(scope) == "any" and scope not in PLURALS]
    everybody = [PLURALS[scope] for scope in SCOPES if grants.get(scope) == "any" and scope in PLURALS]
    parts[0:0] = [f"all {joined(everybody)}"] if everybody else []
    parts.append(f"keys of the scope{'s' if len(scopes) > 1 else ''} {joined(scopes)}")
    return f"**Who may**: {'; '.join(parts)}."


def reference(kind, name):
    return {"$ref": f"#/components/{kind}/{name}"}


def name_of(node):
    return node["$ref"].rsplit("/", 1)[1]


def extended(whole, name, codes, suffix):
    """The name of a response that has these codes, too; it is made when it is asked for first."""
    responses = whole["components"]["responses"]
    longer = f"{name}{suffix}"
    if longer not in responses:
        said = responses[name]
        content = said["content"][PROBLEM]
        problem, narrowed = content["schema"]["allOf"]
        fields = narrowed["properties"]
        code = {**fields["code"], "examples": [*fields["code"]["examples"], *codes]}
        responses[longer] = {
            **said,
            "description": said["description"] + "".join(f" `{code}`: {meaning}." for code, meaning in codes.items()),
            "content": {PROBLEM: {
                **content,
                "schema": {"allOf": [problem, {**narrowed, "properties": {**fields, "code": code}}]},
                "examples": {**content["examples"], **{code: reference("examples", code) for code in codes}}}}}
    return longer


def drop_unused(whole, names):
    """Responses that only their longer forms have replaced."""
    used = {name_of(node) for _, operation in operations_of(whole)
            for node in operation["responses"].values() if "$ref" in node}
    for name in names - used:
        del whole["components"]["responses"][name]


def say_who_may(whole):
    table, replaced = whole[ACTIONS], set()
    for name, operation in operations_of(whole):
        if operation.get(ACTION) not in table:
            raise ValueError(f"{name} must name its action as {ACTION}, and {ACTIONS} have it")
        grants = table[operation[ACTION]]
        if "nobody" in grants:
            operation["security"] = []
            operation["description"] += "\n\n**Who may**: everybody, without a key or token."
            continue
        operation["security"] = [{"key": []}, *([{"token": []}] if "user" in grants else [])]
        operation["description"] += "\n\n" + sentence(grants)
        is_named = bool({"own", "seen"} & set(grants.values()))
        codes = {code: DENIALS[code] for code in ("not_allowed", *(("not_yours",) if is_named else ()))}
        responses = operation["responses"]
        replaced.add(name_of(responses["403"]))
        responses["401"] = reference("responses", "Unauthorized")
        responses["403"] = reference("responses", extended(whole, name_of(responses["403"]), codes,
                                                           "OrNotYours" if is_named else "OrNotAllowed"))
        operation["responses"] = dict(sorted(responses.items()))
    drop_unused(whole, replaced)
