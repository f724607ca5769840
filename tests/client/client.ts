// Role: a client as a user of the API would write it, from types that openapi-typescript made of /openapi.json.
// It must compile under --strict, and what it is told by a real server must be what the types promise.
// client.js BASE_URL — the server is fresh and on a manual clock
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./openapi.js";

type Problem = components["schemas"]["Problem"];

const baseUrl = process.argv[2];
assert(baseUrl, "client.js BASE_URL");
const api = createClient<paths>({ baseUrl });

let keys = 0;
const key = () => ({ "Idempotency-Key": `client-${++keys}` });

/** The body of a success; a refusal ends the test with what it says. */
async function answered<Data>(call: Promise<{ data?: Data; error?: Problem; response: Response }>): Promise<Data> {
    const { data, error, response } = await call;
    assert(data !== undefined, `${response.url} ${response.status}: ${JSON.stringify(error)}`);
    return data;
}

async function accounts(): Promise<void> {
    for (const user_id of ["alice", "bob", "carol", "dave"]) {
        const account = await answered(api.POST("/v1/accounts", { body: { user_id, username: user_id } }));
        assert.equal(account.status, "active");
        assert.equal(account.type, "personal");
    }
    await answered(api.POST("/v1/accounts", { body: { user_id: "shop", username: "Shop", type: "merchant" } }));
    for (const user_id of ["alice", "bob"]) {
        const deposit = await answered(api.POST("/v1/accounts/{user_id}/deposits", {
            params: { path: { user_id }, header: key() }, body: { amount_fen: 50_000 } }));
        const trade_no: string = deposit.trade_no;
        assert.match(trade_no, /^[1-9][0-9]*$/);
    }
    const alice = await answered(api.GET("/v1/accounts/{user_id}", { params: { path: { user_id: "alice" } } }));
    const balance_fen: number = alice.balance_fen;
    assert.equal(balance_fen, 50_000);
}

async function packets(): Promise<void> {
    const sent = await answered(api.POST("/v1/packets", { params: { header: key() }, body: {
        sender: "alice", kind: "lucky", total_fen: 1_000, count: 2, blessing: "恭喜发财",
        split: { when: "up_front", algorithm: "line_cut" } } }));
    assert.equal(sent.split?.algorithm, "line_cut");
    const path = { id: sent.id };
    let sum_fen = 0;
    for (const user_id of ["bob", "carol"]) {
        const share = await answered(api.POST("/v1/packets/{id}/open", { params: { path }, body: { user_id } }));
        assert.equal(share.repeat, false);
        sum_fen += share.amount_fen;
    }
    assert.equal(sum_fen, 1_000);

    const { data, error } = await api.POST("/v1/packets/{id}/open", { params: { path }, body: { user_id: "dave" } });
    assert.equal(data, undefined);
    assert(error);
    assert.equal(explained(error), "empty");

    const packet = await answered(api.GET("/v1/packets/{id}", { params: { path } }));
    assert.equal(packet.status, "exhausted");
    assert(packet.luckiest_user_id === "bob" || packet.luckiest_user_id === "carol");

    const batch = await answered(api.POST("/v1/opens", { body: { opens: [
        { packet_id: sent.id, user_id: "bob" }, { packet_id: sent.id, user_id: "dave" }] } }));
    const codes = batch.results.map((result) => ("code" in result ? result.code : result.amount_fen > 0));
    assert.deepEqual(codes, [true, "packet_exhausted"]);
}

/** What a program does with a refusal: it goes by `code`, and takes one that it does not know by its status. */
function explained(problem: Problem): string {
    switch (problem.code) {
        case "packet_exhausted":
        case "packet_expired":
            return "empty";
        case "wrong_passphrase":
            return "ask again";
        default:
            return problem.status < 500 ? "refused" : "try again";
    }
}

/** All items of a list, two at a time. */
async function lists(): Promise<void> {
    const lines: components["schemas"]["Entry"][] = [];
    let cursor: string | null = null;
    do {
        const page: components["schemas"]["EntryPage"] = await answered(api.GET("/v1/accounts/{user_id}/entries", {
            params: { path: { user_id: "alice" }, query: { limit: 1, ...(cursor === null ? {} : { cursor }) } } }));
        assert(page.items.length <= 1);
        lines.push(...page.items);
        cursor = page.next_cursor;
    } while (cursor !== null);
    assert.deepEqual(lines.map((line) => [line.direction, line.amount_fen]), [["debit", 1_000], ["credit", 50_000]]);
}

async function orders(): Promise<void> {
    const { now } = await answered(api.GET("/v1/clock"));
    const later = (seconds: number) => new Date(Date.parse(now) + seconds * 1_000).toISOString();
    const sale = await answered(api.POST("/v1/sales", { params: { header: key() }, body: {
        merchant: "shop", title: "Tea", price_fen: 900, stock: 1, starts_at: later(0), ends_at: later(3_600) } }));
    const path = { id: sale.id };
    const order = await answered(api.POST("/v1/sales/{id}/reservations", {
        params: { path }, body: { user_id: "bob", quantity: 1 } }));
    assert.equal(order.status, "reserved");
    const paid = await answered(api.POST("/v1/orders/{id}/payment", {
        params: { path: { id: order.id }, header: key() } }));
    const status: "reserved" | "paid" | "cancelled" | "timed_out" | "refunded" = paid.status;
    assert.equal(status, "paid");
    assert.equal(paid.ended_at, null);
    const { error } = await api.POST("/v1/sales/{id}/reservations", { params: { path }, body: { user_id: "carol" } });
    assert.equal(error?.code, "sold_out");
}

/** What the types must refuse: never called, only compiled. */
export async function mistakes(): Promise<void> {
    // @ts-expect-error: an unknown field
    const account: components["schemas"]["NewAccount"] = { user_id: "x", username: "x", nickname: "x" };
    await api.POST("/v1/accounts", { body: account });
    // @ts-expect-error: a field that is missing
    await api.POST("/v1/accounts", { body: { user_id: "x" } });
    // @ts-expect-error: money is a number
    await api.POST("/v1/transfers", { params: { header: key() }, body: { from: "a", to: "b", amount_fen: "1" } });
    // @ts-expect-error: the idempotency key is missing
    await api.POST("/v1/transfers", { body: { from: "a", to: "b", amount_fen: 1 } });
    // @ts-expect-error: no such kind
    await api.POST("/v1/packets", { params: { header: key() }, body: { sender: "a", kind: "even", count: 1 } });
    // @ts-expect-error: no such path
    await api.GET("/v1/account");
    // @ts-expect-error: null where there may be no refund yet
    const refund_fen: number = (await answered(api.GET("/v1/packets/{id}", { params: { path: { id: "1" } } }))).refund_fen;
    assert(refund_fen);
}

for (const story of [accounts, packets, lists, orders]) {
    await story();
    console.log(`${story.name}: as promised`);
}
