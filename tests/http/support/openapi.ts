// schema/openapi.yaml, and the part of JSON Schema that it uses. A keyword that is not understood here is an error, so that no check
// is left out in silence.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { TOP } from "./program.ts";

export type Schema = Record<string, unknown>;
interface Content { content?: Record<string, { schema?: Schema }> }
export interface Operation { security?: Record<string, unknown>[]; requestBody?: Schema | Content; responses: Record<string, Schema | Content> }
export interface Description {
  openapi: string;
  paths: Record<string, Record<string, unknown>>;
  components: { schemas: Record<string, Schema>; securitySchemes: Record<string, unknown> };
}

const METHODS = ["get", "put", "post", "delete", "patch"];

export function readDescription(): Description {
  return parse(readFileSync(join(TOP, "schema", "openapi.yaml"), "utf8"), { strict: true, uniqueKeys: true }) as Description;
}

/** "GET /path" with every operation of the description. */
export function operations(description: Description): Map<string, Operation> {
  return new Map(Object.entries(description.paths).flatMap(([path, item]) => Object.entries(item)
    .filter(([method]) => METHODS.includes(method))
    .map(([method, operation]): [string, Operation] => [`${method.toUpperCase()} ${path}`, operation as Operation])));
}

export function resolve<T extends object>(description: Description, value: T): T {
  const reference = (value as { $ref?: unknown }).$ref;
  if (typeof reference !== "string") return value;
  let found: unknown = description;
  for (const part of reference.replace(/^#\//, "").split("/")) found = (found as Record<string, unknown> | undefined)?.[part];
  if (typeof found !== "object" || found === null) throw new Error(`${reference} leads nowhere`);
  return resolve(description, found as T);
}

/** Every "$ref" there is. */
export function references(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => (key === "$ref" ? [String(child)] : references(child)));
}

/** The schema of a JSON body; null when there is none. */
export function jsonSchema(description: Description, body: Schema | Content | undefined): Schema | null {
  if (body === undefined) return null;
  return (resolve(description, body) as Content).content?.["application/json"]?.schema ?? null;
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function hasType(value: unknown, type: string): boolean {
  return type === "integer" ? Number.isInteger(value) : typeOf(value) === type;
}

type Rule = (value: unknown, limit: unknown, schema: Schema) => boolean;

const RULES: Record<string, Rule> = {
  type: (value, limit) => [limit].flat().some((type) => hasType(value, String(type))),
  const: (value, limit) => value === limit,
  enum: (value, limit) => (limit as unknown[]).includes(value),
  minimum: (value, limit) => typeof value !== "number" || value >= Number(limit),
  maximum: (value, limit) => typeof value !== "number" || value <= Number(limit),
  minLength: (value, limit) => typeof value !== "string" || value.length >= Number(limit),
  maxLength: (value, limit) => typeof value !== "string" || value.length <= Number(limit),
  pattern: (value, limit) => typeof value !== "string" || new RegExp(String(limit), "u").test(value),
  minItems: (value, limit) => !Array.isArray(value) || value.length >= Number(limit),
  maxItems: (value, limit) => !Array.isArray(value) || value.length <= Number(limit),
  required: (value, limit) => typeOf(value) !== "object" || (limit as string[]).every((name) => name in (value as object)),
  additionalProperties: (value, limit, schema) => limit !== false || typeOf(value) !== "object"
    || Object.keys(value as object).every((name) => name in ((schema.properties ?? {}) as object)),
  description: () => true,
};

/** Sentences on what of `value` does not fit `schema`; none when all fits. */
export function problems(description: Description, schema: Schema, value: unknown, where = "body"): string[] {
  if ("$ref" in schema) return problems(description, resolve(description, schema), value, where);
  return Object.entries(schema).flatMap(([keyword, limit]): string[] => {
    if (keyword === "properties") {
      if (typeOf(value) !== "object") return [];
      return Object.entries(limit as Record<string, Schema>).flatMap(([name, child]) => (name in (value as object)
        ? problems(description, child, (value as Record<string, unknown>)[name], `${where}.${name}`) : []));
    }
    if (keyword === "items") {
      return Array.isArray(value) ? value.flatMap((item, at) => problems(description, limit as Schema, item, `${where}[${String(at)}]`)) : [];
    }
    if (keyword === "oneOf") {
      const results = (limit as Schema[]).map((one) => problems(description, one, value, where));
      return results.filter((result) => result.length === 0).length === 1 ? [] : [`${where} does not fit one of ${String(results.length)}: ${results.flat().join("; ")}`];
    }
    const rule = RULES[keyword];
    if (rule === undefined) throw new Error(`the keyword ${keyword} is not understood`);
    return rule(value, limit, schema) ? [] : [`${where} = ${JSON.stringify(value)} breaks ${keyword} ${JSON.stringify(limit)}`];
  });
}
