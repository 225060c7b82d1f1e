// What a representation is like, from the command line: one JSON object a line, equal to the definitions over all pairs.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { dinolab, dinolabDone, temporaryFolder } from "./support/program.ts";

type Matrix = number[][];

interface Line {
  representation: string; rows: number; features: number; class_separation: number | null; class_separation_reason?: string;
  class_separation_paper: number | null; cka: number | null; cka_reason?: string; intrinsic_dimension: number | null;
  intrinsic_dimension_reason?: string; seconds: number;
}

/** Far from regular, the same each time. */
function madeUp(rows: number, columns: number, step: number): Matrix {
  return Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_unused, j) => Math.sin((i + 1) * (j + step) * 1.7) + 0.1 * j));
}

const asText = (matrix: Matrix): string => matrix.map((row) => row.join(" ")).join("\n") + "\n";
const asObjects = (objects: string[]): string => "id,object\n" + objects.map((object, i) => `picture-${String(i)},${object}`).join("\n") + "\n";
const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);
const dot = (a: number[], b: number[]): number => sum(a.map((x, i) => x * (b[i] ?? NaN)));
const mean = (numbers: number[]): number => sum(numbers) / numbers.length;

/** Kornblith et al. 2021: every class weighs the same, an image is paired with itself too. */
function classSeparation(matrix: Matrix, objects: string[]): number {
  const names = [...new Set(objects)];
  const rowsOf = (name: string): Matrix => matrix.filter((_, i) => objects[i] === name);
  const distance = (a: string, b: string): number =>
    mean(rowsOf(a).flatMap((x) => rowsOf(b).map((y) => 1 - dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y)))));
  return 1 - mean(names.map((name) => distance(name, name))) / mean(names.flatMap((a) => names.map((b) => distance(a, b))));
}

function cka(left: Matrix, right: Matrix): number {
  const kernel = (matrix: Matrix): Matrix => {
    const centre = (matrix[0] ?? []).map((_, j) => mean(matrix.map((row) => row[j] ?? NaN)));
    const centred = matrix.map((row) => row.map((x, j) => x - (centre[j] ?? NaN)));
    return centred.map((x) => centred.map((y) => dot(x, y)));
  };
  const inner = (a: Matrix, b: Matrix): number => sum(a.map((row, i) => dot(row, b[i] ?? [])));
  const [k, l] = [kernel(left), kernel(right)];
  return inner(k, l) / Math.sqrt(inner(k, k) * inner(l, l));
}

/** TwoNN on rows that all differ. */
function dimension(matrix: Matrix): number {
  const columns = (matrix[0] ?? []).map((_, j) => matrix.map((row) => row[j] ?? NaN));
  const range = columns.map((column) => Math.max(...column) - Math.min(...column));
  const logRatios = matrix.map((x, i) => {
    const distances = matrix.filter((_, k) => k !== i).map((y) => Math.hypot(...x.map((number, j) => (number - (y[j] ?? NaN)) / (range[j] ?? NaN))));
    const [first, second] = distances.sort((a, b) => a - b);
    return Math.log((second ?? NaN) / (first ?? NaN));
  }).sort((a, b) => a - b).slice(0, Math.floor(matrix.length * 0.9));
  return -sum(logRatios.map((logRatio, i) => logRatio * Math.log(1 - i / matrix.length))) / dot(logRatios, logRatios);
}

async function metrics(...words: string[]): Promise<Line[]> {
  return (await dinolabDone("metrics", ...words)).trim().split("\n").map((line) => JSON.parse(line) as Line);
}

function near(actual: number | null | undefined, expected: number): void {
  assert.ok(typeof actual === "number" && Math.abs(actual - expected) < 1e-9 * Math.abs(expected), `${String(actual)} is not ${String(expected)}`);
}

test("metrics gives a line for each representation, with the numbers of the definitions", async (t) => {
  const folder = temporaryFolder(t);
  const objects = ["dog", "cat", "dog", "owl", "cat", "dog", "ant", "owl", "owl", "cat", "\"bee, wild\"", "dog"];
  const matrices = { wide: madeUp(12, 40, 0.3), slim: madeUp(12, 3, 0.7) };
  const task = madeUp(12, 5, 0.9);
  writeFileSync(`${folder}/objects.csv`, asObjects(objects));
  writeFileSync(`${folder}/task.txt`, asText(task));
  for (const [name, matrix] of Object.entries(matrices)) writeFileSync(`${folder}/${name}.txt`, asText(matrix));

  const lines = await metrics("--representation", `wide=${folder}/wide.txt`, "--representation", `slim=${folder}/slim.txt`,
    "--objects", `${folder}/objects.csv`, "--task", `task=${folder}/task.txt`);
  assert.deepEqual(lines.map((line) => [line.representation, line.rows, line.features]), [["wide", 12, 40], ["slim", 12, 3]]);
  for (const line of lines) {
    const matrix = matrices[line.representation as keyof typeof matrices];
    const separation = classSeparation(matrix, objects);
    near(line.class_separation, separation);
    near(line.class_separation_paper, (1 + separation) / 2);
    near(line.cka, cka(matrix, task));
    near(line.intrinsic_dimension, dimension(matrix));
    assert.ok(line.seconds >= 0);
    assert.deepEqual([line.class_separation_reason, line.cka_reason, line.intrinsic_dimension_reason], [undefined, undefined, undefined]);
  }
});

test("a metric without a value is null and says why", async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(`${folder}/plain.txt`, asText(madeUp(4, 3, 0.3)));
  writeFileSync(`${folder}/equal.txt`, "1 2\n1 2\n1 2\n1 2\n");
  writeFileSync(`${folder}/zero.txt`, "1 2\n0 0\n2 1\n3 5\n");
  writeFileSync(`${folder}/single.csv`, asObjects(["dog", "cat", "owl", "ant"]));
  writeFileSync(`${folder}/pairs.csv`, asObjects(["dog", "dog", "owl", "owl"]));

  const [bare] = await metrics("--representation", `plain=${folder}/plain.txt`);
  assert.deepEqual([bare?.class_separation, bare?.class_separation_paper, bare?.class_separation_reason], [null, null, "no --objects given"]);
  assert.deepEqual([bare?.cka, bare?.cka_reason], [null, "no --task given"]);
  const [single] = await metrics("--representation", `plain=${folder}/plain.txt`, "--objects", `${folder}/single.csv`);
  assert.deepEqual([single?.class_separation, single?.class_separation_paper, single?.class_separation_reason], [null, null, "no object has two pictures"]);
  const [equal, zero] = await metrics("--representation", `equal=${folder}/equal.txt`, "--representation", `zero=${folder}/zero.txt`,
    "--objects", `${folder}/pairs.csv`, "--task", `plain=${folder}/plain.txt`);
  assert.deepEqual([equal?.class_separation_reason, equal?.cka_reason, equal?.intrinsic_dimension_reason],
    ["all rows point in the same direction", "all rows are equal", "there are fewer than three different rows"]);
  assert.deepEqual([zero?.class_separation, zero?.class_separation_reason], [null, "a row is all zeros and has no direction"]);
});

test("bad input ends with file, line and reason, and exit status 2", async (t) => {
  const folder = temporaryFolder(t);
  const file = (name: string, content: string): string => { writeFileSync(`${folder}/${name}`, content); return `${folder}/${name}`; };
  const matrix = `m=${file("matrix.txt", asText(madeUp(4, 3, 0.3)))}`;
  const cases: [string[], RegExp][] = [
    [[], /missing --representation/],
    [["--representation", "matrix.txt"], /--representation must be NAME=FILE, not 'matrix.txt'/],
    [["--representation", matrix, "--task", "=x"], /--task must be NAME=FILE, not '=x'/],
    [["--representation", matrix, "--representation", matrix], /'m' is given twice/],
    [["--representation", matrix, "--metric", "cka"], /unknown argument --metric/],
    [["--representation", `m=${folder}/none.npy`], /none\.npy/],
    [["--representation", `m=${file("words.txt", "1 2\n3 four\n")}`], /words\.txt.*line 2/],
    [["--representation", `m=${file("cut.npy", "\x93NUMPY\x01")}`], /cut\.npy/],
    [["--representation", matrix, "--objects", file("short.csv", asObjects(["dog", "cat", "dog"]))], /matrix\.txt has 4 rows, but \S+short\.csv has 3/],
    [["--representation", matrix, "--objects", file("column.csv", "id,thing\na,dog\n")], /column\.csv.*'object'/],
    [["--representation", matrix, "--objects", file("twice.csv", "id,object\na,dog\nb,cat\na,dog\n")], /twice\.csv, line 4: id 'a' is on line 2 already/],
    [["--representation", matrix, "--objects", file("hole.csv", "id,object\na,dog\nb,\n")], /hole\.csv, line 3: an empty object/],
    [["--representation", matrix, "--objects", file("fields.csv", "id,object\na,dog,brown\n")], /fields\.csv, line 2/],
    [["--representation", matrix, "--objects", file("none.csv", "id,object\n")], /none\.csv: there is no row below the header/],
    [["--representation", matrix, "--objects", file("empty.csv", "")], /empty\.csv/],
    [["--representation", matrix, "--task", `t=${file("task.txt", "1\n2\n")}`], /matrix\.txt has 4 rows, but \S+task\.txt has 2/],
  ];
  for (const [words, reason] of cases) {
    const outcome = await dinolab("metrics", ...words);
    assert.equal(outcome.status, 2, `${words.join(" ")}: ${outcome.stderr}`);
    assert.match(outcome.stderr, reason);
    assert.equal(outcome.stdout, "");
  }
});
