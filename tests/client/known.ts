// Role: does not compile if a generated type of the API is vague: any, unknown or never in a body, at any depth,
// or an operation whose answer has no body at all.
import type { operations } from "./openapi.js";

type IsVague<T> = 0 extends 1 & T ? true : unknown extends T ? true : [T] extends [never] ? true : false;

/** The paths, written with dots, of what is vague in T; never if nothing is. */
type VagueIn<T, Path extends string> =
    IsVague<T> extends true ? Path
    : T extends string | number | boolean | null | undefined ? never
    : T extends readonly (infer Item)[] ? VagueIn<Item, `${Path}[]`>
    : { [Name in keyof T & string]-?: VagueIn<T[Name], `${Path}.${Name}`> }[keyof T & string];

type Bodies<Content> = Content[keyof Content];

type AnswersOf<Operation> = Operation extends { responses: infer Answers }
    ? { [Status in keyof Answers]: Answers[Status] extends { content: infer Content } ? Bodies<Content> : never }
    : never;

type VagueAnswers = {
    [Name in keyof operations]: {
        [Status in keyof AnswersOf<operations[Name]> & number]:
            // 204 and 304 have no body; an API's description has members that only its own standard knows.
            Status extends 204 | 304 ? never
            : Name extends "getApiDescription" ? never
            : VagueIn<AnswersOf<operations[Name]>[Status], `${Name}.${Status}`>;
    }[keyof AnswersOf<operations[Name]> & number];
}[keyof operations];

type VagueRequests = {
    [Name in keyof operations]: operations[Name] extends { requestBody: { content: infer Content } }
        ? VagueIn<Bodies<Content>, `${Name}.request`>
        : never;
}[keyof operations];

type Nothing<Vague extends never> = Vague;
export type EveryBodyIsKnown = Nothing<VagueAnswers | VagueRequests>;
